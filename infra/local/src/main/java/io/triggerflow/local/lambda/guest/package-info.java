/**
 * Classes whose bytes are defined in a function's own class loader; the runtime never uses them as its own. They may use the JDK
 * and AWS's runtime interface client, nothing else.
 */
package io.triggerflow.local.lambda.guest;
