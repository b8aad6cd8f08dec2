/**
 * What a caller may do, as Swift itself answers it. No ACL is read here: every right is found out
 * by a request with the caller's own token ({@link io.zerocloud.authority.Rights}), listings and
 * facts are those that the caller sees.
 */
@NullMarked
package io.zerocloud.authority;

import org.jspecify.annotations.NullMarked;
