package io.triggerflow.local.iam;

import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateException;

/** A resource of a template whose policies are read: names places, and insists that they could be resolved. */
record PolicySource(Template template, Resource resource) {

    String place(String property) {
        return template.file() + " at Resources." + resource.logicalId() + ".Properties." + property;
    }

    /**
     * Makes sure that a property, if there is one, was understood.
     *
     * @throws TemplateException with the reason why it could not be resolved
     */
    PolicySource needs(String... properties) {
        for (String property : properties) {
            String problem = template.unresolved().get(resource.logicalId() + "." + property);
            if (problem != null) {
                throw new TemplateException(problem + " (--no-iam runs without permissions)");
            }
        }
        return this;
    }
}
