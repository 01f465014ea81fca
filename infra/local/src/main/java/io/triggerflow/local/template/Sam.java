package io.triggerflow.local.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of SAM's transform that other resources can see: Globals, and the resources SAM makes by itself (the implicit HTTP
 * API, the queue of a destination without one). Works on raw values, before intrinsics are resolved.
 */
final class Sam {

    /** The logical id of the API of HttpApi events that name none. */
    static final String IMPLICIT_HTTP_API = "ServerlessHttpApi";

    private Sam() {}

    static Map<String, Object> expand(Map<String, Object> resources, Map<String, Object> globals) {
        Map<String, Object> out = new LinkedHashMap<>();
        resources.forEach((id, raw) -> out.put(id, withGlobals(Resource.asMap(raw), globals)));
        for (String id : List.copyOf(out.keySet())) {
            Map<String, Object> resource = Resource.asMap(out.get(id));
            if ("AWS::Serverless::Function".equals(resource.get("Type"))) {
                out.put(id, withDestinations(id, resource, out));
                addImplicitApi(resource, out);
            }
        }
        return out;
    }

    private static Map<String, Object> withGlobals(Map<String, Object> resource, Map<String, Object> globals) {
        String section =
                switch (String.valueOf(resource.get("Type"))) {
                    case "AWS::Serverless::Function" -> "Function";
                    case "AWS::Serverless::HttpApi" -> "HttpApi";
                    case "AWS::Serverless::SimpleTable" -> "SimpleTable";
                    case "AWS::Serverless::StateMachine" -> "StateMachine";
                    default -> "";
                };
        Map<String, Object> global = Resource.asMap(globals.get(section));
        if (global.isEmpty()) {
            return resource;
        }
        Map<String, Object> out = new LinkedHashMap<>(resource);
        out.put("Properties", merge(global, Resource.asMap(resource.get("Properties"))));
        return out;
    }

    /** SAM's rule: maps are merged, lists are joined with the global part first, anything else of the resource wins. */
    private static Object merge(Object global, Object local) {
        if (global instanceof List<?> first && local instanceof List<?> second) {
            List<Object> both = new ArrayList<>(first);
            both.addAll(second);
            return both;
        }
        if (!(global instanceof Map<?, ?>)
                || !(local instanceof Map<?, ?>)
                || isIntrinsic(global)
                || isIntrinsic(local)) {
            return local;
        }
        Map<String, Object> both = new LinkedHashMap<>(Resource.asMap(global));
        Resource.asMap(local).forEach((key, value) -> both.merge(key, value, Sam::merge));
        return both;
    }

    private static boolean isIntrinsic(Object value) {
        Map<String, Object> map = Resource.asMap(value);
        return map.size() == 1 && map.keySet().stream().allMatch(k -> k.equals("Ref") || k.startsWith("Fn::"));
    }

    /** A destination of type SQS without a Destination: SAM makes the queue. */
    private static Map<String, Object> withDestinations(
            String id, Map<String, Object> resource, Map<String, Object> resources) {
        Map<String, Object> properties = Resource.asMap(resource.get("Properties"));
        Map<String, Object> invoke = Resource.asMap(properties.get("EventInvokeConfig"));
        Map<String, Object> destinations = new LinkedHashMap<>(Resource.asMap(invoke.get("DestinationConfig")));
        for (String outcome : List.of("OnSuccess", "OnFailure")) {
            Map<String, Object> destination = Resource.asMap(destinations.get(outcome));
            if ("SQS".equals(destination.get("Type")) && !destination.containsKey("Destination")) {
                String queue = id + "EventInvokeConfig" + outcome + "Queue";
                resources.put(queue, Map.of("Type", "AWS::SQS::Queue"));
                Map<String, Object> filled = new LinkedHashMap<>(destination);
                filled.put("Destination", Map.of("Fn::GetAtt", List.of(queue, "Arn")));
                destinations.put(outcome, filled);
            }
        }
        if (destinations.isEmpty()) {
            return resource;
        }
        return put(
                resource,
                "Properties",
                put(properties, "EventInvokeConfig", put(invoke, "DestinationConfig", destinations)));
    }

    private static void addImplicitApi(Map<String, Object> function, Map<String, Object> resources) {
        Map<String, Object> events =
                Resource.asMap(Resource.asMap(function.get("Properties")).get("Events"));
        boolean needed = events.values().stream()
                .map(Resource::asMap)
                .anyMatch(event -> "HttpApi".equals(event.get("Type"))
                        && !Resource.asMap(event.get("Properties")).containsKey("ApiId"));
        if (needed) {
            resources.putIfAbsent(IMPLICIT_HTTP_API, Map.of("Type", "AWS::Serverless::HttpApi"));
        }
    }

    private static Map<String, Object> put(Map<String, Object> map, String key, Object value) {
        Map<String, Object> out = new LinkedHashMap<>(map);
        out.put(key, value);
        return out;
    }
}
