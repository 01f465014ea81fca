/** The nouns of the engine as immutable records: no behaviour beyond validation and derivation of names. */
package io.triggerflow.core.model;
