package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.Optional;

/** What all controllers work on. */
record Site(Catalog catalog, Objects objects, Timestamps clock) {
    /** The header, and the metadata, that holds an account's ACL. */
    static final String ACCOUNT_ACL = "X-Account-Access-Control";

    static final String READ_ACL = "X-Container-Read";
    static final String WRITE_ACL = "X-Container-Write";

    /** Decides about a request to {@code path} under a container ACL. */
    Authorizer.Grant authorize(
            Identity identity, Request request, String method, SwiftPath path, ContainerAcl acl)
            throws IOException {
        AccountAcl accountAcl =
                catalog.account(path.account())
                        .flatMap(account -> account.metadata().nonEmpty(ACCOUNT_ACL))
                        .map(AccountAcl::parse)
                        .orElse(AccountAcl.NOBODY);
        return Authorizer.authorize(
                identity, method, path, acl, accountAcl, request.header("Referer"));
    }

    /**
     * Decides about a request on an object, under its container's read or write ACL.
     *
     * @return the container
     * @throws RequestFailure 401 or 403, and 404 only to those who may know
     */
    Catalog.Container authorizeObject(
            Identity identity, Request request, String method, SwiftPath path) throws IOException {
        Optional<Catalog.Container> container = catalog.container(path.account(), path.container());
        boolean read = method.equals("GET") || method.equals("HEAD");
        ContainerAcl acl =
                container.map(c -> c.acl(read ? READ_ACL : WRITE_ACL)).orElse(ContainerAcl.NOBODY);
        authorize(identity, request, method, path, acl);
        return container.orElseThrow(() -> new RequestFailure(HttpStatus.NOT_FOUND));
    }
}
