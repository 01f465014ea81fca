package io.triggerflow.local.template;

/**
 * A template cannot be run locally: its message names the file, the line where known, the path inside the template, what was
 * expected and what was found instead. A message may hold several problems, one a line.
 */
public final class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TemplateException(String message) {
        super(message);
    }
}
