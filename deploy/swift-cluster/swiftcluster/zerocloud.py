"""ZeroCloud's own roles: an agent beside each object server and a proxy in front of Swift's."""
import os
import pwd
import secrets
import subprocess

from .config import server_user
from .layout import AGENT, OBJECT, PROXY, ZEROCLOUD
from .servers import Server

# The launcher at the top of the source tree or of an unpacked distribution.
LAUNCHER = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..', '..', 'zerocloud'))


def build():
    """Lets the launcher build what is missing, which can take minutes, before anything waits."""
    subprocess.run([LAUNCHER, '--version'], stdout=subprocess.DEVNULL, check=True)


def servers(layout):
    for node in layout.node_numbers():
        yield agent(layout, node)
    yield proxy(layout)


def agent(layout, node):
    return role(layout, 'agent-%d' % node, layout.node_ip(node), AGENT)


def proxy(layout):
    return role(layout, 'zerocloud', layout.front, ZEROCLOUD)


def role(layout, name, ip, port):
    # Without a sandbox that runs as a service it is its own, which as root gives each guest an
    # unprivileged uid; with one it is the devices' owner, as on a host.
    return Server(name, ip, port, [LAUNCHER, 'serve', '--config', config_file(layout, name)],
                  python=False, drop=layout.supervisor_socket is not None)


def sandbox(layout):
    """The sandbox as a service: root, for the devices' owner. Guests give way to Swift."""
    return Server('sandbox', None, None,
                  ['/usr/bin/nice', '-n', '10',
                   os.path.join(os.path.dirname(LAUNCHER), 'libexec', 'zerocloud-supervisor'),
                   '--socket', layout.supervisor_socket,
                   '--peer-uid', str(pwd.getpwnam(server_user()).pw_uid)],
                  python=False, drop=False)


def config_file(layout, name):
    return layout.path('zerocloud', name + '.yaml')


def write(layout):
    """The configuration files, the cluster key and, off loopback, the certificates."""
    os.makedirs(layout.path('zerocloud'), exist_ok=True)
    key = layout.path('zerocloud', 'cluster.key')
    if layout.tls:
        subprocess.run([LAUNCHER, 'cluster-ca', layout.path('zerocloud')]
                       + ['--agent=node%d=%s' % (node, layout.node_ip(node))
                          for node in layout.node_numbers()],
                       stdout=subprocess.DEVNULL, check=True)
    else:
        with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w') as out:
            out.write(secrets.token_hex(32))
    common = 'swift:\n  url: http://%s:%d\n  folder: %s\ncluster:\n  key_file: %s\n' % (
        layout.front, PROXY, layout.conf, key)
    if layout.tls:
        common += '  ca: %s\n' % layout.path('zerocloud', 'ca.pem')
    for node in layout.node_numbers():
        with open(config_file(layout, 'agent-%d' % node), 'w') as out:
            out.write(common + agent_config(layout, node))
    with open(config_file(layout, 'zerocloud'), 'w') as out:
        out.write(common)
        out.write('proxy:\n  listen: %s:%d\n  work: %s\n  agents:\n' % (
            layout.zerocloud_listen(), ZEROCLOUD, layout.work('proxy')))
        for node in layout.node_numbers():
            out.write('    - name: node%d\n      url: %s://%s:%d\n      nodes: ["%s:%d"]\n' % (
                node, 'https' if layout.tls else 'http', layout.node_ip(node), AGENT,
                layout.node_ip(node), OBJECT))


def agent_config(layout, node):
    text = ('node:\n  name: node%d\n  listen: %s:%d\n  devices: [%s/d1]\n  work: %s\n'
            '  slots: 4\n  pool: 2\n' % (
                node, layout.node_ip(node), AGENT, layout.devices(node),
                layout.work('agent-%d' % node)))
    if layout.tls:
        text += '  tls_certificate: %s\n  tls_key: %s\n' % (
            layout.path('zerocloud', 'node%d.pem' % node),
            layout.path('zerocloud', 'node%d.key' % node))
    if layout.supervisor_socket:
        text += '  supervisor_socket: %s\n' % layout.supervisor_socket
    return text
