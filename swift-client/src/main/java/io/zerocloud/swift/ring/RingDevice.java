package io.zerocloud.swift.ring;

/**
 * One disk of one storage node.
 *
 * @param id its place in the ring's device list, 0 to 65534
 * @param ip address of the server that serves it, as written in the ring
 * @param port TCP port of that server
 * @param device name of its folder on that node, one path segment
 * @param weight its share of the partitions relative to others; 0 takes none
 * @param meta the operator's remark
 */
public record RingDevice(
        int id,
        int region,
        int zone,
        String ip,
        int port,
        String replicationIp,
        int replicationPort,
        String device,
        double weight,
        String meta) {
    public RingDevice {
        if (id < 0 || id > 65534) {
            throw new IllegalArgumentException("device id " + id + ": must be 0 to 65534");
        }
        // It becomes a folder name under the node's devices.
        if (device.isEmpty()
                || device.equals(".")
                || device.equals("..")
                || device.indexOf('/') >= 0
                || device.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "device " + id + ": \"" + device + "\" is not a name of a folder");
        }
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "device " + id + ": weight " + weight + " is not a number from 0 on");
        }
    }

    /** A device whose replication traffic takes the same address. */
    public RingDevice(int id, int region, int zone, String ip, int port, String device) {
        this(id, region, zone, ip, port, ip, port, device, 100, "");
    }
}
