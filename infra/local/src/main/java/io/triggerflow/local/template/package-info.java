/** Reads SAM templates: {@link io.triggerflow.local.template.TemplateReader} in, {@link io.triggerflow.local.template.Template} out. */
package io.triggerflow.local.template;
