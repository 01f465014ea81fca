/** The only loop: route, load, decide, commit, launch, acknowledge. */
package io.triggerflow.core.engine;
