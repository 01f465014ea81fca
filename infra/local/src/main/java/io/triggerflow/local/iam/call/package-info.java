/** Which permissions a request needs, a class a service: the actions and resources of the service authorization reference. */
package io.triggerflow.local.iam.call;
