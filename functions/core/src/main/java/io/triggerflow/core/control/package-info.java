/** What people and programs ask of the engine from outside: workspaces, workflows, runs, triggers, events. */
package io.triggerflow.core.control;
