package io.triggerflow.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Finds the API's address in a stack's outputs: the same question to CloudFormation on AWS and to the local runtime. */
final class Discovery {
    /** The output of the template that holds the API's address. */
    static final String OUTPUT = "ApiUrl";
    /** Where the local runtime listens when nothing else is said. */
    static final URI LOCAL = URI.create("http://127.0.0.1:4566");

    private final Transport transport;
    private final Map<String, String> environment;

    Discovery(Transport transport, Map<String, String> environment) {
        this.transport = transport;
        this.environment = environment;
    }

    /** CloudFormation's address: the environment's, AWS's when a stack is named, the local runtime's otherwise. */
    URI cloudFormation(Optional<String> stack, String region) {
        return variable("AWS_ENDPOINT_URL_CLOUDFORMATION")
                .or(() -> variable("AWS_ENDPOINT_URL"))
                .map(URI::create)
                .orElseGet(() ->
                        stack.isPresent() ? URI.create("https://cloudformation." + region + ".amazonaws.com") : LOCAL);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /**
     * The API's address of a stack, or of the only stack that has one.
     *
     * @throws TriggerflowException NotFound when no stack has it, Unavailable when nobody answers
     */
    URI apiOf(URI cloudFormation, Optional<String> stack) {
        String form = "Action=DescribeStacks&Version=2010-05-15"
                + stack.map(name -> "&StackName=" + Transport.encode(name)).orElse("");
        URI root = URI.create(Transport.origin(cloudFormation) + "/");
        byte[] answer;
        try {
            answer = transport.bytes(new Transport.Call(
                    "cloudformation",
                    "POST",
                    root,
                    "application/x-www-form-urlencoded",
                    form.getBytes(StandardCharsets.UTF_8),
                    Duration.ZERO));
        } catch (TriggerflowException.Unavailable e) {
            throw e.status() != 0
                    ? e
                    : new TriggerflowException.Unavailable(0, e.error(), unreached(cloudFormation, stack), e);
        } catch (TriggerflowException.Invalid e) {
            throw new TriggerflowException.NotFound(
                    "NoStack", "", "Expected stack '" + stack.orElse("") + "' at " + root + ", but there is none");
        }
        return output(answer)
                .orElseThrow(() -> new TriggerflowException.NotFound(
                        "NoApi",
                        "",
                        "Expected a stack with the output " + OUTPUT + " at " + root
                                + ", but there is none; is it a Triggerflow deployment?"));
    }

    private static String unreached(URI cloudFormation, Optional<String> stack) {
        if (stack.isEmpty() && cloudFormation.equals(LOCAL)) {
            return "Expected a local runtime at " + LOCAL
                    + ", but nobody answers; start one with 'triggerflow dev', or name a deployment with --stack or TRIGGERFLOW_API";
        }
        return "Expected CloudFormation at " + cloudFormation + ", but nobody answers";
    }

    private static Optional<URI> output(byte[] xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            NodeList keys = factory.newDocumentBuilder()
                    .parse(new ByteArrayInputStream(xml))
                    .getElementsByTagName("OutputKey");
            for (int i = 0; i < keys.getLength(); i++) {
                if (keys.item(i).getTextContent().strip().equals(OUTPUT)
                        && keys.item(i).getParentNode() instanceof Element output) {
                    return Optional.of(URI.create(output.getElementsByTagName("OutputValue")
                            .item(0)
                            .getTextContent()
                            .strip()));
                }
            }
            return Optional.empty();
        } catch (ParserConfigurationException | SAXException | IOException e) {
            return Optional.empty();
        }
    }
}
