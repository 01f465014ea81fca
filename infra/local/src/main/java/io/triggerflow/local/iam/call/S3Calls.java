package io.triggerflow.local.iam.call;

import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** S3, in path style: method, path and the parameter that names a part of a bucket or object. */
final class S3Calls implements Reading {
    private static final Pattern KEY = Pattern.compile("<Key>(.*?)</Key>", Pattern.DOTALL);

    /** Method and parameter, to the action on an object. */
    private static final Map<String, String> OF_AN_OBJECT = Map.ofEntries(
            Map.entry("GET", "GetObject"),
            Map.entry("HEAD", "GetObject"),
            Map.entry("PUT", "PutObject"),
            Map.entry("DELETE", "DeleteObject"),
            Map.entry("POST uploads", "PutObject"),
            Map.entry("PUT uploadId", "PutObject"),
            Map.entry("POST uploadId", "PutObject"),
            Map.entry("GET uploadId", "ListMultipartUploadParts"),
            Map.entry("DELETE uploadId", "AbortMultipartUpload"),
            Map.entry("GET versionId", "GetObjectVersion"),
            Map.entry("HEAD versionId", "GetObjectVersion"),
            Map.entry("DELETE versionId", "DeleteObjectVersion"),
            Map.entry("GET acl", "GetObjectAcl"),
            Map.entry("PUT acl", "PutObjectAcl"),
            Map.entry("GET tagging", "GetObjectTagging"),
            Map.entry("PUT tagging", "PutObjectTagging"),
            Map.entry("DELETE tagging", "DeleteObjectTagging"));

    private static final Map<String, String> OF_A_BUCKET = Map.ofEntries(
            Map.entry("GET", "ListBucket"),
            Map.entry("HEAD", "ListBucket"),
            Map.entry("PUT", "CreateBucket"),
            Map.entry("DELETE", "DeleteBucket"),
            Map.entry("GET versions", "ListBucketVersions"),
            Map.entry("GET uploads", "ListBucketMultipartUploads"),
            Map.entry("GET location", "GetBucketLocation"),
            Map.entry("GET policy", "GetBucketPolicy"),
            Map.entry("GET lifecycle", "GetLifecycleConfiguration"),
            Map.entry("PUT lifecycle", "PutLifecycleConfiguration"));

    /** Parameters that say what of a bucket or object is meant; all others only refine. */
    private static final List<String> PARTS = List.of(
            "uploadId",
            "uploads",
            "versionId",
            "versions",
            "acl",
            "tagging",
            "location",
            "policy",
            "lifecycle",
            "delete",
            "select",
            "restore",
            "torrent",
            "retention",
            "legal-hold",
            "attributes",
            "cors",
            "encryption",
            "logging",
            "notification",
            "object-lock",
            "ownershipControls",
            "policyStatus",
            "publicAccessBlock",
            "replication",
            "requestPayment",
            "versioning",
            "website",
            "accelerate",
            "analytics",
            "inventory",
            "metrics",
            "intelligent-tiering");

    @Override
    public List<Access> of(Guard.Call call) throws IOException {
        String[] path = Arns.path(call.target()).split("/", 3);
        String bucket = path.length > 1 ? Arns.segment(path[1]) : "";
        String key = path.length > 2 ? Arns.segment(path[2]) : "";
        Map<String, String> query = Arns.query(call.target());
        String part = PARTS.stream().filter(query::containsKey).findFirst().orElse("");
        if (bucket.isEmpty()) {
            return List.of(Access.to("s3:ListAllMyBuckets", "*"));
        }
        if (key.isEmpty()) {
            return bucket(call, bucket, part, query);
        }
        List<Access> accesses = new ArrayList<>();
        accesses.add(access(OF_AN_OBJECT, call, part, object(bucket, key)));
        Optional<String> source = call.header("x-amz-copy-source");
        if (call.method().equals("PUT") && source.isPresent()) {
            String copied = Arns.segment(source.get().split("\\?")[0]);
            accesses.add(Access.to("s3:GetObject", "arn:aws:s3:::" + copied.replaceFirst("^/", "")));
        }
        return accesses;
    }

    /** What must be allowed for an absent object to be reported as absent. */
    static Access listing(Access object) {
        return Access.to(
                "s3:ListBucket",
                object.resource().substring(0, object.resource().indexOf('/')));
    }

    private static String object(String bucket, String key) {
        return "arn:aws:s3:::" + bucket + "/" + key;
    }

    private static List<Access> bucket(Guard.Call call, String bucket, String part, Map<String, String> query)
            throws IOException {
        if (call.method().equals("POST") && part.equals("delete")) {
            return deleted(bucket, new String(call.body(), StandardCharsets.UTF_8));
        }
        Access access = access(OF_A_BUCKET, call, part, "arn:aws:s3:::" + bucket);
        return List.of(
                access.action().equals("s3:ListBucket") && query.containsKey("prefix")
                        ? access.with("s3:prefix", query.get("prefix"))
                        : access);
    }

    private static Access access(Map<String, String> actions, Guard.Call call, String part, String arn) {
        String action = actions.get(part.isEmpty() ? call.method() : call.method() + " " + part);
        if (action == null) {
            throw new UnknownCallException("s3: " + call.method() + " ?" + part);
        }
        return Access.to("s3:" + action, arn);
    }

    private static List<Access> deleted(String bucket, String body) {
        List<Access> accesses = KEY.matcher(body)
                .results()
                .map(m -> Access.to("s3:DeleteObject", object(bucket, unescaped(m.group(1)))))
                .toList();
        if (accesses.isEmpty()) {
            throw new UnknownCallException("s3:DeleteObject without a Key");
        }
        return accesses;
    }

    private static String unescaped(String xml) {
        return xml.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&amp;", "&");
    }
}
