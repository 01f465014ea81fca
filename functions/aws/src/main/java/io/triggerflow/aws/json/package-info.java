/** JSON text to and from plain Java values. */
package io.triggerflow.aws.json;
