package io.triggerflow.asl.model;

/**
 * JSON with expressions in it: fields that end in {@code .$} (JSONPath), or texts between <code>{% %}</code> (JSONata).
 *
 * @param field where it stands, as messages name it: "Arguments", "Choices[0]/Output"
 * @param value plain Java JSON
 */
public record Template(String field, Object value) {}
