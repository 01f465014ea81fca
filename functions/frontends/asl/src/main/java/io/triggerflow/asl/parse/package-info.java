/** Reading and checking definitions, with the codes, messages and places that AWS reports. */
package io.triggerflow.asl.parse;
