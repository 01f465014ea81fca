package io.triggerflow.asl.model;

/** How a state selects and transforms data. */
public enum QueryLanguage {
    JSONPATH("JSONPath"),
    JSONATA("JSONata");

    private final String text;

    QueryLanguage(String text) {
        this.text = text;
    }

    /** The value of the field QueryLanguage. */
    public String text() {
        return text;
    }
}
