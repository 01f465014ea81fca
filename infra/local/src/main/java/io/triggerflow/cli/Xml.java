package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** AWS's XML answers as JSON: elements are objects, lists of {@code member} are arrays, the rest is text. */
final class Xml {
    private static final String LISTED = "member";

    private Xml() {}

    /** What is inside the root element. */
    static JsonNode read(byte[] xml) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            // The default one prints to standard error.
            builder.setErrorHandler(null);
            return json(builder.parse(new ByteArrayInputStream(xml)).getDocumentElement());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("Expected XML, but: " + e.getMessage(), e);
        }
    }

    private static JsonNode json(Element element) {
        ObjectNode object = Session.JSON.createObjectNode();
        ArrayNode list = Session.JSON.createArrayNode();
        for (Node at = element.getFirstChild(); at != null; at = at.getNextSibling()) {
            if (at instanceof Element child) {
                JsonNode value = json(child);
                if (child.getNodeName().equals(LISTED)) {
                    list.add(value);
                } else {
                    object.set(child.getNodeName(), value);
                }
            }
        }
        if (!list.isEmpty()) {
            return list;
        }
        return object.isEmpty() ? TextNode.valueOf(element.getTextContent().strip()) : object;
    }
}
