"""What the cluster looks like: addresses, ports, policies, folders. Everything else reads it here."""
import json
import os
import random
import socket

OBJECT, CONTAINER, ACCOUNT = 6200, 6201, 6202
PROXY, MEMCACHED, KEYSTONE = 8080, 11211, 5000
AGENT, ZEROCLOUD = 6300, 8088


class Layout:
    """Options of a cluster and what follows from them; kept in DIR/layout.json."""

    def __init__(self, folder, nodes=4, replicas=3, part_power=8, subnet=None, ec=True,
                 keystone=False, encryption=False, workers=0, storage='auto',
                 zerocloud=False):
        self.folder = os.path.abspath(folder)
        self.nodes = nodes
        self.replicas = min(replicas, nodes)
        self.part_power = part_power
        self.ec = ec and nodes >= 4
        self.keystone = keystone
        self.encryption = encryption
        self.workers = workers
        self.storage = storage
        self.zerocloud = zerocloud
        self.subnet = subnet or free_subnet()

    # Files ----------------------------------------------------------------------------------

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    @property
    def conf(self):
        return self.path('etc')

    def node_conf(self, kind, node):
        return self.path('etc', '%s-server-%d.conf' % (kind, node))

    def devices(self, node):
        """The folder that holds node's one device, d1."""
        return self.path('srv', str(node))

    def run(self, node):
        """Where node's processes tell Swift's recon how they do."""
        return self.path('run', str(node))

    def log(self, name):
        """What a server says goes to this file."""
        return self.path('log', name)

    # Addresses ------------------------------------------------------------------------------

    @property
    def front(self):
        return self.subnet + '.1'

    def node_ip(self, node):
        return '%s.%d' % (self.subnet, 10 + node)

    def proxies(self):
        """Proxy kind to address; all serve the same data."""
        proxies = {'tempauth': self.front}
        if self.encryption:
            proxies['encryption'] = self.subnet + '.2'
        if self.keystone:
            proxies['keystone'] = self.subnet + '.3'
        return proxies

    # The background daemons -------------------------------------------------------------------

    rsync = None  # its port; without it replicators send objects by HTTP, and databases not at all

    # ZeroCloud ------------------------------------------------------------------------------

    tls = False  # agents off loopback need it
    supervisor_socket = None  # of a sandbox that runs as a service

    def work(self, role):
        """The folder of a role for what it keeps while it runs."""
        return self.path('zerocloud', role)

    def zerocloud_listen(self):
        return self.front

    def node_numbers(self):
        return range(1, self.nodes + 1)

    # Policies -------------------------------------------------------------------------------

    def policies(self):
        """(index, name, replicas, is erasure code)"""
        yield 0, 'gold', self.replicas, False
        yield 1, 'silver', min(2, self.nodes), False
        if self.ec:
            yield 2, 'ec22', 4, True

    # What users of the cluster need ----------------------------------------------------------

    def describe(self):
        proxies = self.proxies()
        description = {
            'folder': self.folder,
            'swift_dir': self.conf,
            'auth_url': 'http://%s:%d/auth/v1.0' % (proxies['tempauth'], PROXY),
            'storage_url': 'http://%s:%d/v1/AUTH_test' % (proxies['tempauth'], PROXY),
            'users': [
                {'user': user, 'key': key, 'groups': groups} for user, key, groups in USERS],
            'policies': [
                {'index': index, 'name': name, 'replicas': replicas, 'ec': ec}
                for index, name, replicas, ec in self.policies()],
            'nodes': [
                {'ip': self.node_ip(node), 'object_port': OBJECT,
                 'devices': self.devices(node), 'device': self.devices(node) + '/d1'}
                for node in self.node_numbers()],
        }
        if self.zerocloud:
            description['zerocloud_auth_url'] = (
                'http://%s:%d/auth/v1.0' % (self.front, ZEROCLOUD))
        if self.encryption:
            description['encryption_auth_url'] = (
                'http://%s:%d/auth/v1.0' % (proxies['encryption'], PROXY))
        if self.keystone:
            description['keystone'] = {
                'auth_url': 'http://%s:%d/v3' % (self.front, KEYSTONE),
                'user': 'tester', 'password': 'testing', 'user_domain': 'Default',
                'project': 'test', 'project_domain': 'Default', 'region': 'RegionOne'}
        return description

    def save(self):
        with open(self.path('layout.json'), 'w') as out:
            json.dump(self.__dict__, out, indent=1)

    @classmethod
    def load(cls, folder):
        layout = cls.__new__(cls)
        with open(os.path.join(folder, 'layout.json')) as saved:
            layout.__dict__.update(json.load(saved))
        return layout


# TempAuth's users: (account:user, key, groups). The names are those of Swift's own test set-up.
USERS = [
    ('admin:admin', 'admin', '.admin .reseller_admin'),
    ('test:tester', 'testing', '.admin'),
    ('test:tester3', 'testing3', ''),
    ('test2:tester2', 'testing2', '.admin'),
    ('test5:tester5', 'testing5', 'service'),
]


def free_subnet():
    """Three bytes of 127/8 that nobody listens on: every address there is local on Linux."""
    chooser = random.SystemRandom()
    for _ in range(100):
        subnet = '127.%d.%d' % (chooser.randint(1, 254), chooser.randint(1, 254))
        if all(is_free(subnet + '.1', port) for port in (PROXY, MEMCACHED, KEYSTONE)):
            return subnet
    raise SystemExit('swift-cluster: no free loopback subnet found; give one with --subnet')


def is_free(ip, port):
    with socket.socket() as probe:
        try:
            probe.bind((ip, port))
            return True
        except OSError:
            return False
