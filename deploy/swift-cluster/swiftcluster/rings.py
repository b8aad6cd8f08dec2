"""The rings, built in one process: swift-ring-builder costs a second a call."""
import os

from .layout import ACCOUNT, CONTAINER, OBJECT

SEED = '42'  # the same options give the same rings


def write(layout):
    from swift.common.ring import RingBuilder
    rings = [('account', layout.replicas, ACCOUNT), ('container', layout.replicas, CONTAINER)]
    for index, _, replicas, _ in layout.policies():
        rings.append(('object' if index == 0 else 'object-%d' % index, replicas, OBJECT))
    for name, replicas, port in rings:
        builder = RingBuilder(layout.part_power, replicas, 1)
        for node in layout.node_numbers():
            builder.add_dev({
                'id': node - 1, 'region': 1, 'zone': node, 'ip': layout.node_ip(node),
                'port': port, 'replication_ip': layout.node_ip(node), 'replication_port': port,
                'device': 'd1', 'weight': 100.0, 'meta': ''})
        builder.rebalance(seed=SEED)
        builder.save(os.path.join(layout.conf, name + '.builder'))
        # RingData.save wants to rename within the current folder.
        here = os.getcwd()
        os.chdir(layout.conf)
        try:
            builder.get_ring().save(name + '.ring.gz')
        finally:
            os.chdir(here)
