/** JSONata, bounded: the one place where text becomes a computation. */
package io.triggerflow.core.expression;
