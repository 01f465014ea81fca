/** The storage services that libraries offer, in this process, and what templates store in them. */
package io.triggerflow.local.storage;
