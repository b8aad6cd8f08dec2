package io.zerocloud.job;

/**
 * Every way in which a job can be refused before a guest runs.
 *
 * <p>A code has an HTTP status, a text that existing clients match on (it stays the beginning of
 * the message) and the rule that was broken. Texts and rules are {@link java.util.Formatter}
 * formats over the same arguments. The list is published in {@code docs/reference/errors.md}, and a
 * test keeps the two equal.
 */
public enum ErrorCode {
    // The document.
    DOCUMENT_TOO_LARGE(413, "Request Entity Too Large", "a job description has at most %1$s bytes"),
    TEMPLATE_TOO_LARGE(
            413, "Config file at %1$s is too large", "a template has at most %2$s bytes"),
    NOT_JSON(
            422,
            "Could not parse system map",
            "a job description is one JSON document in UTF-8: %1$s"),
    TOO_DEEP(422, "Could not parse system map", "arrays and objects nest at most %1$s deep"),
    DUPLICATE_KEY(400, "Config parser internal error", "a key may appear once in an object"),
    NOT_UNICODE(400, "Config parser internal error", "a string must not hold a lone surrogate"),
    WRONG_TYPE(400, "Config parser internal error", "%1$s must be %2$s"),
    NO_NODES(400, "Config parser cannot resolve any job nodes", "a job has at least one group"),

    // A group.
    NODE_NAME_MISSING(400, "Must specify node name", "every group needs a name"),
    NODE_NAME_INVALID(
            400,
            "Invalid node name",
            "a name has 1 to 56 ASCII letters, digits, '.', '_' and '-', and starts and ends with a"
                    + " letter or digit"),
    NODE_NAME_DUPLICATE(
            400, "Duplicate node name: %1$s", "each group and each node has a name of its own"),
    EXEC_MISSING(400, "Must specify exec stanza for %1$s", "every group needs an exec object"),
    EXEC_PATH_MISSING(
            400,
            "Must specify executable path for %1$s",
            "exec.path is swift://account/container/object, file://image:path or file://path"),
    EXEC_PATH_ZVM(
            400,
            "Executable path cannot be a zvm path in %1$s",
            "exec.path is swift://account/container/object, file://image:path or file://path"),
    EXEC_PROPERTY_INVALID(400, "Invalid nexe property for %1$s", "%2$s"),
    EXEC_IS_CONTAINER(
            400,
            "Cannot use container %1$s as a remote object reference",
            "exec.path names an object"),
    EXEC_UNRESOLVED(400, "No executable found in request", "%1$s"),
    NODE_COUNT_INVALID(400, "Invalid node count: %1$s", "count is a whole number from 1 to %2$s"),
    REPLICATE_INVALID(
            400, "Invalid replicate value: %1$s", "replicate is a whole number from 0 to %2$s"),
    ATTACH_INVALID(
            400,
            "Invalid attach device: %1$s in %2$s",
            "attach is default, stdin, stdout, stderr or a device that the group lists"),
    LOCATION_INVALID(
            400,
            "Invalid location in %1$s",
            "location is a string of 1 to 256 characters without control characters"),

    // A device.
    TOO_MANY_DEVICES(400, "Too many devices in %1$s", "a group has at most %2$s devices"),
    DEVICE_NAME_MISSING(400, "Must specify device for file in %1$s", "every device needs a name"),
    DEVICE_NAME_INVALID(
            400,
            "Bad device name: %1$s in %2$s",
            "a device name has 1 to 128 ASCII letters, digits, '.', '_', '-' and '/', no empty part"
                    + " and no part '.' or '..'; the system makes nvram, self, in, out, null, zero,"
                    + " full, random, urandom and memory; '*' is for zvm:// devices"),
    DEVICE_DUPLICATE(400, "Duplicate device name: %1$s in %2$s", "a node has each device once"),
    PATH_INVALID(
            400,
            "Invalid path %1$s in %2$s",
            "a path is swift://account/container[/object] with names as Swift limits them, without"
                    + " control characters and without '.' or '..' as a part, or"
                    + " zvm://group:device"),
    PATH_ACCOUNT_WILDCARD(
            400, "Invalid path: %1$s", "the account of a path cannot hold a wildcard"),
    READABLE_NOT_SWIFT(
            400,
            "Readable device must be a swift object",
            "the path of stdin, input, script or image is swift://account/container/object"),
    CONTAINER_NOT_READ_ONLY(
            400,
            "Container path must be read-only",
            "only stdin, input and script can be a container"),
    SINGLE_PATH(
            400,
            "Single path %1$s for multiple node definition: %2$s, please use wildcard",
            "nodes cannot share an output: put a * into the path"),
    NO_IMMEDIATE_RESPONSE(
            400,
            "Immediate response is not available for device %1$s",
            "only stdout and stderr can go to the response: give the device a path"),
    DEVICE_UNRESOLVED(400, "Could not resolve channel path \"%1$s\" for device: %2$s", "%3$s"),
    ZVM_PATH_INVALID(
            400,
            "Config parser internal error",
            "a connection is written zvm://group:device or zvm://group:/dev/device"),
    CONTENT_TYPE_INVALID(
            400,
            "Invalid content type in %1$s",
            "a content type is type/subtype[; parameters] in printable ASCII, at most 255"
                    + " characters"),
    MODE_INVALID(400, "Invalid mode in %1$s", "mode is file, char, pipe or block"),
    MIN_SIZE_INVALID(400, "Invalid min_size in %1$s", "min_size is a whole number of bytes from 0"),
    META_NAME_EMPTY(400, "Metadata name cannot be empty", "the keys of meta are header name parts"),
    META_NAME_INVALID(
            400,
            "Invalid metadata name: %1$s",
            "a metadata name has letters, digits and !#$%%&'*+-.^_`|~"),
    META_NAME_TOO_LONG(
            400, "Metadata name too long: %1$s", "a metadata name has at most 128 characters"),
    META_VALUE_TOO_LONG(
            400,
            "Metadata value longer than 256: x-object-meta-%1$s",
            "a metadata value has at most 256 bytes"),
    META_VALUE_INVALID(
            400,
            "Invalid metadata value: x-object-meta-%1$s",
            "a metadata value is a string or number without control characters"),
    META_TOO_MANY(400, "Too many metadata items; max 90", "meta has at most 90 entries"),
    META_TOO_LARGE(
            400,
            "Total metadata too large; max 4096",
            "the names and values of meta have together at most 4096 bytes"),

    // Connections.
    CONNECT_UNKNOWN(
            400, "Non-existing node in connect %1$s", "connect names groups or nodes of this job"),
    CONNECT_SELF(
            400, "Cannot bind to itself: %1$s", "a single node has no other member to connect to"),

    // Wildcards.
    NO_OBJECTS(400, "No objects found in path %1$s", "a wildcard must match at least one name"),
    LISTING_ACCOUNT_FAILED(
            400,
            "Error querying object server for account: %1$s",
            "the store answered the listing with %2$s"),
    LISTING_CONTAINER_FAILED(
            400,
            "Error querying object server for container: %1$s",
            "the store answered the listing with %2$s"),
    LISTING_TOO_LONG(
            400,
            "Too many names to search in path %1$s",
            "wildcards of a job look at no more than %2$s names: lengthen the text before the"
                    + " first *"),
    UNEQUAL_PAIRING(
            400,
            "Wildcards match different numbers of objects in %1$s",
            "wildcard inputs of a group are paired one to one: %2$s"),
    OUTPUT_WILDCARDS(
            400,
            "Wildcards in input cannot be resolved into output path %1$s",
            "an output has at most as many * as the group's first wildcard input (%2$s)"),
    OUTPUT_SHARED(
            400,
            "Single path %1$s for multiple node definition: %2$s, please use wildcard",
            "two outputs of a job cannot be the same object: also written by %3$s"),
    ZVM_WILDCARD(
            400,
            "Cannot resolve wildcard for node %1$s",
            "each * of a zvm device is a text captured by the group's wildcard input"),

    // Size of a job.
    TOO_MANY_NODES(400, "Too many nodes in job", "a job has at most %1$s nodes"),
    TOO_MANY_CONNECTIONS(400, "Too many connections in job", "a job has at most %1$s connections"),

    // What the store says about the objects of a job.
    OBJECT_MISSING(404, "Error 404 Not Found while fetching %1$s", "the object must exist"),
    CONTAINER_MISSING(404, "Error while fetching %1$s", "the container must exist"),
    /** The status is the store's: 401 or 403. */
    ACCESS_REFUSED(403, "Error %1$s while fetching %2$s", "the caller must be allowed to read it"),
    /** The status is the store's. */
    FETCH_FAILED(503, "Error %1$s while fetching %2$s", "the store must answer for it"),

    // Images and scripts.
    BOOT_MAP_MISSING(
            400,
            "System boot map was not found in request",
            "boot/cluster.map or boot/system.map is among the first members of the image"),
    IMAGE_DEVICE_CONFLICT(
            400,
            "Duplicate device name: image in %1$s",
            "the image that came with the request is the device image: remove its path"),
    NOT_A_SCRIPT(400, "Unsupported Content-Type", "a script starts with #!"),
    SHEBANG_MISSING(
            400,
            "Cannot find shebang (#!) in script",
            "the first line of a script ends within its first %1$s bytes and is UTF-8"),
    INTERPRETER_BAD(
            400,
            "Bad interpreter %1$s",
            "the interpreter is swift://account/container/object or file://image:path"),
    INTERPRETER_IMAGE_MISSING(
            400,
            "Must supply image name in shebang url %1$s",
            "the interpreter is file://image:path"),

    // Placement.
    NO_STORAGE_NODE(
            503,
            "Cannot find suitable node to execute code on",
            "at least one storage node must be up"),
    NO_FREE_SLOT(503, "Slot not available", "every slot is taken: try again later"),
    CLUSTER_BUSY(
            503,
            "Cluster slot not available",
            "%1$s connected nodes start together and %2$s slots are free: try again later"),
    COMPONENT_TOO_LARGE(
            400,
            "Cluster slot not available",
            "%1$s connected nodes start together and this account can have %2$s slots");

    private final int status;
    private final String text;
    private final String rule;

    ErrorCode(int status, String text, String rule) {
        this.status = status;
        this.text = text;
        this.rule = rule;
    }

    /** The HTTP status, unless the store's own replaces it. */
    public int status() {
        return status;
    }

    /** The format of the text that existing clients know. */
    public String text() {
        return text;
    }

    /** The format of the rule, a clause that says what to write instead. */
    public String rule() {
        return rule;
    }

    /**
     * An occurrence of this error.
     *
     * @param at JSON path of the offending value, such as {@code $[0].exec.path}; empty if the
     *     error is not about a place in the document
     * @param value the offending value as JSON text or plain text; shortened here
     * @param args arguments of text and rule
     */
    public Violation at(String at, String value, Object... args) {
        return Violation.of(this, status, at, value, args);
    }
}
