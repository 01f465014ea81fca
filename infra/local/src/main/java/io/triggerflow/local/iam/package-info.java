/**
 * Permissions, enforced: the policies of templates decide what functions and services may do, as IAM would. Requests are translated into
 * actions and resources by {@code call}; {@link io.triggerflow.local.iam.Iam} answers for everybody else.
 */
package io.triggerflow.local.iam;
