package io.zerocloud.swift.store;

import java.util.Optional;

/**
 * Decides, as TempAuth's {@code authorize} does, whether an identity may do something.
 *
 * @see <a href="https://docs.openstack.org/swift/latest/overview_auth.html">Swift: the auth
 *     system</a>
 */
final class Authorizer {
    private Authorizer() {}

    /**
     * What a request is allowed.
     *
     * @param owner whether it may see and set what only owners may (ACLs, keys)
     */
    record Grant(boolean owner) {}

    /**
     * Decides about a request.
     *
     * @param acl the container ACL that holds for it, {@link ContainerAcl#NOBODY} where none does
     * @throws RequestFailure 403 to somebody, 401 to nobody in particular
     */
    static Grant authorize(
            Identity identity,
            String method,
            SwiftPath path,
            ContainerAcl acl,
            AccountAcl accountAcl,
            Optional<String> referer) {
        String account = path.account();
        if (!account.startsWith(TempAuth.RESELLER_PREFIX)) {
            throw denied(identity, path);
        }
        boolean read = method.equals("GET") || method.equals("HEAD");
        boolean dotAccount = account.startsWith(TempAuth.RESELLER_PREFIX + ".");
        boolean real = !account.equals(TempAuth.RESELLER_PREFIX) && !dotAccount;
        if (real && identity.isIn(".reseller_admin")) {
            return new Grant(true);
        }
        if (real && read && identity.isIn(".reseller_reader")) {
            return new Grant(false);
        }
        boolean changesAccount =
                path.container().isEmpty() && (method.equals("DELETE") || method.equals("PUT"));
        if (identity.isIn(account) && !changesAccount) {
            return new Grant(true);
        }
        if (method.equals("OPTIONS")) {
            return new Grant(false);
        }
        if (acl.allowsReferrer(referer) && (path.isObject() || acl.allowsListing())) {
            return new Grant(false);
        }
        if (acl.allowsGroupOf(identity)) {
            return new Grant(false);
        }
        if (accountAcl.admits(accountAcl.admin(), identity)) {
            return new Grant(true);
        }
        if (accountAcl.admits(accountAcl.readWrite(), identity)
                && (!path.container().isEmpty() || read)) {
            return new Grant(false);
        }
        if (accountAcl.admits(accountAcl.readOnly(), identity) && read) {
            return new Grant(false);
        }
        throw denied(identity, path);
    }

    private static RequestFailure denied(Identity identity, SwiftPath path) {
        return identity.isAnonymous()
                ? new RequestFailure(TempAuth.unauthorized(path.account()))
                : new RequestFailure(HttpStatus.FORBIDDEN);
    }
}
