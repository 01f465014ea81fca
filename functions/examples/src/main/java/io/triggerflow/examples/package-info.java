/** Functions that know nothing of Triggerflow: plain {@code RequestHandler}s, for the bundles in {@code functions/examples/bundles}. */
package io.triggerflow.examples;
