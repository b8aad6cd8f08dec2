"""Swift's own answers about rings: builds awkward ones in argv[1] and prints, a JSON line a ring,
what swift.common.ring says about every partition and the names in argv[2]."""
import json
import os
import sys

from swift.common.ring import Ring, RingBuilder

folder, names = sys.argv[1], json.load(open(sys.argv[2]))
os.chdir(folder)


def build(name, part_power, replicas, devices, remove=(), zero=()):
    builder = RingBuilder(part_power, replicas, 1)
    for number, (region, zone, ip, device, weight) in enumerate(devices):
        builder.add_dev({'id': number, 'region': region, 'zone': zone, 'ip': ip, 'port': 6200,
                         'replication_ip': ip, 'replication_port': 6200, 'device': device,
                         'weight': weight, 'meta': 'größe %d' % number})
    builder.rebalance(seed='1')
    for number in remove:
        builder.remove_dev(number)
    for number in zero:
        builder.set_dev_weight(number, 0)
    if remove or zero:
        builder.pretend_min_part_hours_passed()
        builder.rebalance(seed='2')
    builder.get_ring().save(name)


def devices(regions, zones, servers, disks, weight=lambda n: 100.0):
    return [(r, z, '10.%d.%d.%d' % (r, z, s), 'sd%d' % d, weight(r + z + s + d))
            for r in range(1, regions + 1) for z in range(1, zones + 1)
            for s in range(1, servers + 1) for d in range(1, disks + 1)]


build('one.ring.gz', 4, 1, devices(1, 1, 1, 1))
build('flat.ring.gz', 8, 3, devices(1, 4, 1, 1))
build('tall.ring.gz', 9, 3, devices(2, 3, 2, 3, lambda n: 50.0 + 13 * n))
build('fraction.ring.gz', 7, 2.5, devices(1, 3, 2, 2))
build('shrunk.ring.gz', 8, 3, devices(1, 3, 2, 2), remove=(0, 5), zero=(7,))
build('crowded.ring.gz', 6, 4, devices(1, 1, 2, 2))
build('fine.ring.gz', 17, 1, devices(2, 2, 1, 1))

for name in sorted(os.listdir('.')):
    if not name.endswith('.ring.gz'):
        continue
    ring = Ring(name)
    parts = range(ring.partition_count) if ring.partition_count <= 512 else range(0, 1 << 17, 997)
    print(json.dumps({
        'ring': name,
        'replicas': ring.replica_count,
        'devices': [d and [d['id'], d['region'], d['zone'], d['ip'], d['device'], d['meta']]
                    for d in ring.devs],
        'parts': {n: {'primaries': [d['id'] for d in ring.get_part_nodes(n)],
                      'handoffs': [d['id'] for d in ring.get_more_nodes(n)]} for n in parts},
        'names': [ring.get_part(*n) for n in names]}))
