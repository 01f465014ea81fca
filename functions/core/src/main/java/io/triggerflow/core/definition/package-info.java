/** The definition format ("trigger bundle"): plain Java JSON to {@link io.triggerflow.core.model.Definition} and back. BUNDLE.md is its reference. */
package io.triggerflow.core.definition;
