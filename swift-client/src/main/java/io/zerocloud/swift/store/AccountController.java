package io.zerocloud.swift.store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Requests on {@code /v1/<account>}. */
final class AccountController {
    static final String METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

    private final Site site;

    AccountController(Site site) {
        this.site = site;
    }

    Response handle(Request request, SwiftPath path, Identity identity) throws IOException {
        Optional<String> acl = request.header(Site.ACCOUNT_ACL);
        acl.ifPresent(AccountAcl::parse);
        Authorizer.Grant grant =
                site.authorize(identity, request, request.method(), path, ContainerAcl.NOBODY);
        if (path.account().length() > Limits.MAX_ACCOUNT_NAME_LENGTH) {
            return Response.html(
                    HttpStatus.BAD_REQUEST,
                    "Account name length of "
                            + path.account().length()
                            + " longer than "
                            + Limits.MAX_ACCOUNT_NAME_LENGTH);
        }
        return switch (request.method()) {
            case "GET", "HEAD" -> read(request, path, grant);
            case "POST" -> post(request, path, grant);
            default ->
                    Response.of(HttpStatus.METHOD_NOT_ALLOWED)
                            .with("Allow", "GET, HEAD, POST, OPTIONS");
        };
    }

    private Response read(Request request, SwiftPath path, Authorizer.Grant grant)
            throws IOException {
        ListingFormat format = ListingFormat.of(request);
        ListingQuery query = ListingQuery.of(request);
        Optional<Catalog.Account> found = site.catalog().account(path.account());
        // An account of this store's own is there from the first look on, as with
        // account_autocreate.
        Catalog.Account account =
                found.orElse(new Catalog.Account(0, Timestamps.now(), new HeaderMap(), 0, 0, 0));
        HeaderMap headers = headers(account, grant).set("Content-Type", format.contentType());
        if (request.isHead()) {
            return Response.empty(HttpStatus.NO_CONTENT, headers);
        }
        List<Listed> entries =
                found.isPresent() ? site.catalog().containers(account, query) : List.of();
        return listing(format, "account", path.account(), entries, headers);
    }

    static Response listing(
            ListingFormat format,
            String element,
            String name,
            List<Listed> entries,
            HeaderMap headers)
            throws IOException {
        byte[] body = format.write(element, name, entries);
        HttpStatus status = body.length == 0 ? HttpStatus.NO_CONTENT : HttpStatus.OK;
        return new Response(status, headers, new Response.Body.Bytes(body));
    }

    private static HeaderMap headers(Catalog.Account account, Authorizer.Grant grant) {
        String created = Timestamps.format(account.createdTicks());
        HeaderMap headers =
                new HeaderMap()
                        .set("X-Account-Container-Count", Long.toString(account.containers()))
                        .set("X-Account-Object-Count", Long.toString(account.objects()))
                        .set("X-Account-Bytes-Used", Long.toString(account.bytes()))
                        .set("X-Timestamp", created)
                        .set("X-Put-Timestamp", created)
                        .set("Accept-Ranges", "bytes")
                        .set("Vary", "Accept");
        if (account.id() > 0) {
            String policy = "X-Account-Storage-Policy-" + StoreDirectory.POLICY_NAME;
            headers.set(policy + "-Container-Count", Long.toString(account.containers()))
                    .set(policy + "-Object-Count", Long.toString(account.objects()))
                    .set(policy + "-Bytes-Used", Long.toString(account.bytes()));
        }
        account.metadata()
                .forEach(
                        (name, value) -> {
                            if (Metadata.Kind.ACCOUNT.owns(name)
                                    && (grant.owner() || !isKey(name))) {
                                headers.set(name, value);
                            }
                        });
        if (grant.owner()) {
            account.metadata()
                    .nonEmpty(Site.ACCOUNT_ACL)
                    .map(AccountAcl::canonical)
                    .filter(acl -> !acl.equals("{}"))
                    .ifPresent(acl -> headers.set(Site.ACCOUNT_ACL, acl));
        }
        return headers;
    }

    private static boolean isKey(String name) {
        return name.equalsIgnoreCase("X-Account-Meta-Temp-Url-Key")
                || name.equalsIgnoreCase("X-Account-Meta-Temp-Url-Key-2");
    }

    private Response post(Request request, SwiftPath path, Authorizer.Grant grant)
            throws IOException {
        HeaderMap changes = Metadata.changes(request.headers(), Metadata.Kind.ACCOUNT);
        if (grant.owner()) {
            request.header(Site.ACCOUNT_ACL)
                    .ifPresent(acl -> changes.set(Site.ACCOUNT_ACL, AccountAcl.canonical(acl)));
        }
        site.catalog()
                .postAccount(
                        path.account(),
                        site.clock().next(),
                        stored -> Metadata.merge(stored, changes, Metadata.Kind.ACCOUNT));
        return Response.of(HttpStatus.NO_CONTENT);
    }
}
