package io.triggerflow.cli;

import java.net.URI;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes. Filled by picocli. */
final class Options {
    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "One JSON document on standard output, nothing else.")
    boolean json;

    @Option(
            names = "--endpoint",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "The API's address. Default: TRIGGERFLOW_API, or the local runtime.")
    URI endpoint;

    @Option(
            names = "--stack",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "A deployed CloudFormation stack: its output ApiUrl is the address.")
    String stack;

    @Option(names = "--region", scope = ScopeType.INHERIT, paramLabel = "REGION", description = "The AWS region.")
    String region;

    @Option(
            names = {"-w", "--workspace"},
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The workspace. Default: ${DEFAULT-VALUE}.")
    String workspace;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Stack traces with errors.")
    boolean verbose;
}
