package io.triggerflow.local.httpapi;

import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Makes the HTTP APIs of a template from the HttpApi events of its functions. */
public final class ApiSetup {
    private static final String IMPLICIT_API = "ServerlessHttpApi";

    private ApiSetup() {}

    /** Makes them. */
    public static void apply(Template template, HttpApis apis) {
        var routes = new LinkedHashMap<String, List<Route>>();
        template.ofType("AWS::Serverless::HttpApi").forEach(api -> routes.put(api.physicalName(), new ArrayList<>()));
        template.ofType("AWS::Serverless::Function").forEach(function -> function.map("Events").values().stream()
                .map(Resource::asMap)
                .filter(event -> "HttpApi".equals(event.get("Type")))
                .forEach(event -> {
                    Resource properties = function.with(Resource.asMap(event.get("Properties")));
                    String api = properties.string("ApiId").orElse(IMPLICIT_API);
                    routes.computeIfAbsent(api, id -> new ArrayList<>())
                            .add(route(template, function, api, properties));
                }));
        routes.forEach(apis::put);
    }

    private static Route route(Template template, Resource function, String api, Resource event) {
        String authorizer = event.string("Auth", "Authorizer")
                .orElseGet(() -> template.ofType("AWS::Serverless::HttpApi")
                        .filter(resource -> resource.physicalName().equals(api))
                        .findFirst()
                        .flatMap(resource -> resource.string("Auth", "DefaultAuthorizer"))
                        .orElse("NONE"));
        return new Route(
                event.string("Method").orElse("ANY"),
                event.string("Path").orElse(Route.DEFAULT),
                function.physicalName(),
                authorizer.equals("AWS_IAM"));
    }
}
