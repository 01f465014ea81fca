package io.triggerflow.asl.model;

/**
 * What every state has.
 *
 * @param next the following state; null when this one ends its branch, or chooses
 * @param inputPath null is JSON's null: no input; "$" when the definition does not say
 * @param outputPath like {@code inputPath}
 * @param assign variables, null without
 * @param output JSONata's Output, null without
 */
public record Common(
        String name,
        QueryLanguage language,
        String next,
        String inputPath,
        String outputPath,
        Template assign,
        Template output) {
    public boolean jsonata() {
        return language == QueryLanguage.JSONATA;
    }
}
