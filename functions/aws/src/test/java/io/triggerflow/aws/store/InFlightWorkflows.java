package io.triggerflow.aws.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The workflows of {@link InFlight}, one for each thing that can be in the middle, and how their runs end. Recorded: never changed. */
final class InFlightWorkflows {
    /** A join of more than 100 members is segmented. */
    static final int MANY = 120;

    /** Triggers by workflow. */
    static final Map<String, String> TRIGGERS = workflows();

    private static Map<String, String> workflows() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("asks", """
            [{"id":"go","on":{"start":true},"actions":[{"set":{"asked":"{% $run.input.n %}"}},
               {"invoke":{"function":"asked","payload":{"n":"{% $run.input.n %}"},"task":"t"}}]},
             {"id":"end","on":{"task":"t"},"actions":[{"complete":{"asked":"{% $run.context.asked %}","got":"{% $event.data.got %}"}}]}]""");
        all.put("retries", """
            [{"id":"go","on":{"start":true},"actions":[{"invoke":{"function":"retried","payload":{"n":1},"task":"t",
               "retry":{"errors":["Busy"],"maxAttempts":2,"interval":"PT7S"}}}]},
             {"id":"end","on":{"task":"t"},"actions":[{"complete":"{% $event.data.got %}"}]}]""");
        all.put("receives", """
            [{"id":"go","on":{"start":true},"actions":[{"invoke":{"function":"received","payload":[1,2],"task":"t","correlation":"receipt"}}]},
             {"id":"end","on":{"task":"t"},"actions":[{"complete":"{% $event.data.got %}"}]}]""");
        all.put("joins", """
            [{"id":"join","on":{"event":"part"},"condition":{"join":{"members":["a","b","c"],"by":"subject"}},
               "actions":[{"complete":"{% $results %}"}]}]""");
        all.put("joins-many", """
            [{"id":"join","on":{"event":"piece"},"condition":{"join":{"size":%d,"by":"subject"}},
               "actions":[{"complete":{"all":"{%% $outcomes.succeeded %%}","of":"{%% $count($results) %%}"}}]}]""".formatted(MANY));
        all.put("fans-out", """
            [{"id":"go","on":{"start":true},"actions":[{"invoke":{"function":"fanned","forEach":"{% $run.input %}","payload":{"item":"{% $item %}"},"task":"p"}}]},
             {"id":"join","on":{"task":"p"},"condition":{"join":{"size":"{% $count($run.input) %}"}},"actions":[{"complete":"{% $results.got %}"}]}]""");
        all.put("sleeps", """
            [{"id":"go","on":{"start":true},"actions":[{"schedule":{"timer":"morning","after":"PT1H","data":{"n":8}}}]},
             {"id":"end","on":{"timer":"morning"},"actions":[{"complete":"{% $event.data.n %}"}]}]""");
        all.put("limits", """
            [{"id":"go","on":{"start":true},"actions":[{"invoke":{"function":"silent","payload":{},"task":"t","timeout":"PT20M"}}]},
             {"id":"end","on":{"task":"t","outcome":"timed_out"},"actions":[{"complete":"late"}]}]""");
        all.put("has-a-deadline", """
            [{"id":"join","on":{"event":"part"},"condition":{"join":{"size":3,"by":"subject"}},"deadline":{"after":"PT30M","then":"fire"},
               "actions":[{"complete":{"came":"{% $outcomes.succeeded %}","late":"{% $deadline %}"}}]}]""");
        all.put("holds", """
            [{"id":"go","on":{"start":true},"actions":[{"invoke":{"function":"held","payload":{},"task":"t"}}]},
             {"id":"then","on":{"task":"t"},"actions":[{"register":[{"id":"new","on":{"event":"early"},"actions":[{"complete":"{% $event.data.n %}"}]}]}]}]""");
        all.put("has-a-child", """
            [{"id":"go","on":{"start":true},"actions":[{"startRun":{"workflow":"asks","name":"child","input":{"n":5},"task":"c"}}]},
             {"id":"end","on":{"task":"c"},"actions":[{"complete":{"child":"{% $event.data %}"}}]}]""");
        all.put("correlates", """
            [{"id":"paid","on":{"event":"order.paid"},"correlate":{"event":"{% $event.data.order %}","run":"{% $run.input.order %}"},
               "actions":[{"complete":"{% $event.data.amount %}"}]}]""");
        all.put("hears", """
            [{"id":"end","on":{"event":"early"},"actions":[{"complete":"{% $event.data.n %}"}]}]""");
        return all;
    }

    /** Standing triggers. */
    static final String STANDING = """
            {"workflow":"standing","triggers":[
              {"id":"stands","on":{"event":"ping"},"actions":[{"invoke":{"function":"stood","payload":{"from":"{% $event.id %}"},"task":"s"}}],
               "onFailure":[{"set":{"lost":"{% $failure.error %}"}}]},
              {"id":"ended","on":{"task":"s"},"actions":[{"set":{"ended":"{% $event.data.got %}"}}]}]}""";

    /** How each run ends, as its status and output. */
    static final Map<String, List<Object>> ENDS = ends();

    private static Map<String, List<Object>> ends() {
        Map<String, List<Object>> ends = new LinkedHashMap<>();
        ends.put("waiting", succeeded(Map.of("asked", 1, "got", "w")));
        ends.put("paused", succeeded(Map.of("asked", 2, "got", "p")));
        ends.put("retried", succeeded("again"));
        ends.put("received", succeeded("r"));
        ends.put("joined", succeeded(List.of("a", "b", "c")));
        ends.put("joined-many", succeeded(Map.of("all", MANY, "of", MANY)));
        ends.put("fanned-out", succeeded(List.of("x", "y", "z")));
        ends.put("slept", succeeded(8));
        ends.put("limited", succeeded("late"));
        ends.put("overdue", succeeded(Map.of("came", 2, "late", true)));
        ends.put("held", succeeded(3));
        ends.put("parent", succeeded(Map.of("child", Map.of("asked", 5, "got", "c"))));
        ends.put("child", succeeded(Map.of("asked", 5, "got", "c")));
        ends.put("correlated", succeeded(12));
        ends.put("unborn", succeeded(4));
        ends.put("endless", List.of("TIMED_OUT"));
        return ends;
    }

    private static List<Object> succeeded(Object output) {
        return List.of("SUCCEEDED", output);
    }

    private InFlightWorkflows() {}
}
