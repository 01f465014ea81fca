package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/**
 * A deployment of Triggerflow, on AWS or on one machine: opens {@link Workspace}s. To be made once and shared: it keeps connections and
 * is thread-safe. Inside a Lambda function make it in the constructor.
 *
 * <p>The address is, the first that is given: {@link Builder#endpoint}, {@link Builder#stack} (asked of CloudFormation), the environment
 * variable {@code TRIGGERFLOW_API}, the local runtime on port 4566. Requests are signed (SigV4). Requests that fail in a way that may
 * pass (no connection, 429, 5xx) are sent again up to six times, backing off for at most 5 s each; every request is idempotent.
 */
public final class TriggerflowClient implements AutoCloseable {
    private final HttpClient http;
    private final Api api;

    private TriggerflowClient(HttpClient http, Api api) {
        this.http = http;
        this.api = api;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The client of what the environment says: see the class. */
    public static TriggerflowClient create() {
        return builder().build();
    }

    /** The API's address. */
    public URI endpoint() {
        return api.endpoint();
    }

    /** A workspace, whether or not it exists. */
    public Workspace workspace(String name) {
        return new Workspace(api, name);
    }

    /** The workspaces, as JSON with at least {@code name}. */
    public List<JsonNode> workspaces() {
        return Json.list(api.send(Api.Request.of("GET", "workspaces")), "workspaces", w -> w);
    }

    /** Messages that could not be handled. */
    public Parked parked() {
        return new Parked(api);
    }

    /** What the deployment says of itself, as JSON. */
    public JsonNode health() {
        return api.send(Api.Request.of("GET", "health"));
    }

    /** Closes connections; results that are still awaited fail. */
    @Override
    public void close() {
        http.shutdownNow();
    }

    /** Collects what differs from the default; not thread-safe. */
    public static final class Builder {
        private static final Pattern REGION = Pattern.compile("\\.execute-api\\.([a-z0-9-]+)\\.");
        private static final AwsBasicCredentials LOCAL = AwsBasicCredentials.create("local", "local");

        private Optional<URI> endpoint = Optional.empty();
        private Optional<String> stack = Optional.empty();
        private Optional<String> region = Optional.empty();
        private Optional<IdentityProvider<? extends AwsCredentialsIdentity>> credentials = Optional.empty();
        private Map<String, String> environment = System.getenv();
        private Backoff backoff = Backoff.STANDARD;
        private Duration timeout = Duration.ofSeconds(30);

        private Builder() {}

        /** The API's address. */
        public Builder endpoint(URI value) {
            endpoint = Optional.of(value);
            return this;
        }

        /** A CloudFormation stack whose output {@code ApiUrl} is the address. */
        public Builder stack(String value) {
            stack = Optional.of(value);
            return this;
        }

        /** The region to sign for; otherwise the address's, the environment's, us-east-1. */
        public Builder region(String value) {
            region = Optional.of(value);
            return this;
        }

        /** Whose signature; otherwise AWS's default chain, and a fixed one for an address of this machine. */
        public Builder credentials(IdentityProvider<? extends AwsCredentialsIdentity> value) {
            credentials = Optional.of(value);
            return this;
        }

        /** How long one request may take; 30 s unless said otherwise. Waiting for a result is not limited by it. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        Builder environment(Map<String, String> value) {
            environment = value;
            return this;
        }

        Builder backoff(Backoff value) {
            backoff = value;
            return this;
        }

        /**
         * Makes the client. Asks CloudFormation, or the local runtime, when the address is not given.
         *
         * @throws TriggerflowException when the address cannot be found; the message says what to do
         */
        public TriggerflowClient build() {
            HttpClient http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
            Optional<URI> given = endpoint.or(() -> stack.isPresent()
                    ? Optional.empty()
                    : variable("TRIGGERFLOW_API").map(URI::create));
            URI found = given.orElseGet(() -> discover(http));
            return new TriggerflowClient(http, new Api(found, transport(http, found, backoff)));
        }

        private URI discover(HttpClient http) {
            String where = region.or(this::environmentRegion).orElse("us-east-1");
            URI cloudFormation =
                    new Discovery(transport(http, Discovery.LOCAL, backoff), environment).cloudFormation(stack, where);
            // Nobody listening on this machine is final: a person is waiting for the message.
            Backoff patience = isLocal(cloudFormation) ? new Backoff(2, backoff.first(), backoff.longest()) : backoff;
            return new Discovery(transport(http, cloudFormation, patience), environment).apiOf(cloudFormation, stack);
        }

        private Transport transport(HttpClient http, URI address, Backoff patience) {
            return new Transport(http, new Signer(credentialsFor(address), regionOf(address)), patience, timeout);
        }

        private IdentityProvider<? extends AwsCredentialsIdentity> credentialsFor(URI address) {
            return credentials.orElseGet(() -> isLocal(address)
                    ? StaticCredentialsProvider.create(LOCAL)
                    : DefaultCredentialsProvider.builder().build());
        }

        private String regionOf(URI address) {
            Matcher inHost = REGION.matcher(String.valueOf(address.getHost()));
            return region.or(() -> inHost.find() ? Optional.of(inHost.group(1)) : Optional.empty())
                    .or(this::environmentRegion)
                    .orElse("us-east-1");
        }

        private Optional<String> environmentRegion() {
            return variable("AWS_REGION").or(() -> variable("AWS_DEFAULT_REGION"));
        }

        private Optional<String> variable(String name) {
            return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
        }

        private static boolean isLocal(URI address) {
            String host = String.valueOf(address.getHost());
            return host.equals("localhost")
                    || host.equals("127.0.0.1")
                    || host.equals("[::1]")
                    || host.endsWith(".localhost");
        }
    }
}
