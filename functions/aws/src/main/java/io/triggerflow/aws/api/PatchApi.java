package io.triggerflow.aws.api;

import io.triggerflow.core.control.Rewiring;
import io.triggerflow.core.definition.DefinitionReader.PatchFile;
import io.triggerflow.core.definition.DefinitionWriter;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes of the triggers of a run that is in progress. */
final class PatchApi {
    private final ApiParts parts;

    PatchApi(ApiParts parts) {
        this.parts = parts;
    }

    /** The body is the file; {@code dryRun=true} answers what it would do, and why it would be refused. */
    Response handle(Request request, Scope run) {
        PatchFile file = parts.reader().patch(request.json());
        boolean dry = request.parameter("dryRun").map("true"::equals).orElse(false);
        Rewiring rewiring = parts.control().rewiring();
        return Response.ok(view(dry ? rewiring.preview(run, file) : rewiring.apply(run, file, request.caller())));
    }

    private static Object view(Rewiring.Outcome outcome) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("applied", outcome.applied());
        json.put("added", written(outcome.patch().added()));
        json.put(
                "replaced",
                outcome.patch().replaced().stream()
                        .map(r -> Map.of(
                                "id", r.after().id(),
                                "before", DefinitionWriter.write(r.before()),
                                "after", DefinitionWriter.write(r.after())))
                        .toList());
        json.put("retired", written(outcome.patch().retired()));
        json.put("reasons", outcome.reasons());
        json.put("warnings", outcome.warnings());
        return json;
    }

    private static List<Object> written(List<Trigger> triggers) {
        return DefinitionWriter.write(triggers);
    }
}
