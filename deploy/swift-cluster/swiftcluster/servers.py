"""The processes: started as forks of this one, which has imported Swift once for all of them."""
import ctypes
import os
import pwd
import runpy
import signal
import socket
import sys
import time

from .config import server_user
from .layout import ACCOUNT, CONTAINER, KEYSTONE, MEMCACHED, OBJECT, PROXY

PR_SET_PDEATHSIG = 1
START_TIMEOUT = 120  # seconds; 4 on an idle machine


class Server:
    def __init__(self, name, ip, port, argv, python=True, drop=True):
        self.name, self.ip, self.port, self.argv = name, ip, port, argv
        self.python = python  # run in the fork itself, which has imported Swift
        self.drop = drop      # root's rights, for swift's
        self.pid = None


def servers(layout):
    """All of them, in the order of starting."""
    yield Server('memcached', layout.front, MEMCACHED,
                 ['/usr/bin/memcached', '-l', layout.front, '-p', str(MEMCACHED), '-U', '0'],
                 python=False)
    if layout.keystone:
        from . import keystone
        yield keystone.server(layout)
    for node in layout.node_numbers():
        for kind, port in (('account', ACCOUNT), ('container', CONTAINER), ('object', OBJECT)):
            yield Server('%s-%d' % (kind, node), layout.node_ip(node), port,
                         ['/usr/bin/swift-%s-server' % kind, layout.node_conf(kind, node), '-v'])
    for kind, ip in layout.proxies().items():
        yield Server('proxy-%s' % kind, ip, PROXY,
                     ['/usr/bin/swift-proxy-server',
                      os.path.join(layout.conf, 'proxy-%s.conf' % kind), '-v'])
    if layout.zerocloud:
        from . import zerocloud
        yield from zerocloud.servers(layout)


def use_configuration(layout):
    """Makes Swift read this cluster's swift.conf in place of /etc/swift/swift.conf."""
    from swift.common import utils
    utils.set_swift_dir(layout.conf)


def import_swift():
    import swift.account.server    # noqa: F401
    import swift.container.server  # noqa: F401
    import swift.obj.server        # noqa: F401
    import swift.proxy.server      # noqa: F401


def start(layout, server):
    pid = os.fork()
    if pid:
        server.pid = pid
        return
    try:
        become(layout, server)
    except BaseException as problem:  # nothing of the parent may run on in the child
        print('%s: %r' % (server.name, problem), file=sys.stderr, flush=True)
    os._exit(70)


def become(layout, server):
    """Turns this fork into the server."""
    parent = os.getppid()
    # Swift's parents signal their whole process group.
    os.setsid()
    if server.drop and os.geteuid() == 0:
        user = pwd.getpwnam(server_user())
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    # After setuid, which clears it: no server outlives the supervisor.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    log = os.open(layout.path('log', server.name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open('/dev/null', os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.closerange(3, 256)
    os.environ.setdefault('HOME', '/')
    if not server.python:
        os.execv(server.argv[0], server.argv)
    sys.argv = server.argv
    try:
        runpy.run_path(server.argv[0], run_name='__main__')
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0)


def await_ready(layout, started):
    deadline = time.monotonic() + START_TIMEOUT
    for server in started:
        while not answers(server):
            done, status = os.waitpid(server.pid, os.WNOHANG)
            if done:
                server.pid = None
                raise SystemExit('swift-cluster: %s ended with status %d:\n%s' % (
                    server.name, status, tail(layout, server)))
            if time.monotonic() > deadline:
                raise SystemExit('swift-cluster: %s does not answer on %s:%d:\n%s' % (
                    server.name, server.ip, server.port, tail(layout, server)))
            time.sleep(0.05)


def answers(server):
    question = {MEMCACHED: b'version\r\n', KEYSTONE: b'GET /v3 HTTP/1.0\r\n\r\n'}.get(
        server.port, b'GET /healthcheck HTTP/1.0\r\n\r\n')
    try:
        with socket.create_connection((server.ip, server.port), timeout=5) as connection:
            connection.sendall(question)
            reply = connection.recv(64)
        return reply.startswith(b'VERSION') or b' 200 ' in reply
    except OSError:
        return False


def tail(layout, server):
    try:
        with open(layout.path('log', server.name), errors='replace') as log:
            return ''.join(log.readlines()[-20:])
    except OSError as problem:
        return str(problem)


def stop(running):
    """Ends every process group, gently first."""
    for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 10)):
        for server in running:
            if server.pid:
                try:
                    os.killpg(server.pid, number)
                except ProcessLookupError:
                    pass
        deadline = time.monotonic() + patience
        while any(server.pid for server in running) and time.monotonic() < deadline:
            for server in running:
                if server.pid and os.waitpid(server.pid, os.WNOHANG)[0]:
                    server.pid = None
            time.sleep(0.02)
