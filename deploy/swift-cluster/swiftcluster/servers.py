"""The processes: started as forks of this one, which has imported Swift once for all of them."""
import ctypes
import os
import pwd
import runpy
import signal
import socket
import sys
import time

from .config import DAEMONS, server_user
from .layout import ACCOUNT, CONTAINER, KEYSTONE, MEMCACHED, OBJECT, PROXY

# Addresses may be names of containers, which come and go: libc's resolver answers as it does for
# everything else in the container, Eventlet's own is a second one with rules of its own.
os.environ['EVENTLET_NO_GREENDNS'] = 'yes'

PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_NO_NEW_PRIVS = 1, 15, 38
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
START_TIMEOUT = 120  # seconds; 4 on an idle machine


class Server:
    def __init__(self, name, ip, port, argv, python=True, drop=True):
        self.name, self.ip, self.port, self.argv = name, ip, port, argv
        self.python = python  # run in the fork itself, which has imported Swift
        self.drop = drop      # root's rights, for swift's
        self.pid = None


def servers(layout):
    """All of a cluster on loopback, in the order of starting."""
    yield memcached(layout)
    if layout.keystone:
        from . import keystone
        yield keystone.server(layout)
    for node in layout.node_numbers():
        yield from storage(layout, node)
    yield from proxies(layout)
    if layout.zerocloud:
        from . import zerocloud
        yield from zerocloud.servers(layout)


def memcached(layout):
    return Server('memcached', layout.front, MEMCACHED,
                  ['/usr/bin/memcached', '-l', layout.front, '-p', str(MEMCACHED), '-U', '0'],
                  python=False)


def storage(layout, node):
    for kind, port in (('account', ACCOUNT), ('container', CONTAINER), ('object', OBJECT)):
        yield Server('%s-%d' % (kind, node), layout.node_ip(node), port,
                     ['/usr/bin/swift-%s-server' % kind, layout.node_conf(kind, node), '-v'])


def proxies(layout):
    for kind, ip in layout.proxies().items():
        yield Server('proxy-%s' % kind, ip, PROXY,
                     ['/usr/bin/swift-proxy-server',
                      os.path.join(layout.conf, 'proxy-%s.conf' % kind), '-v'])


def background(layout, node):
    """What keeps a node's devices in step with the others': no port but rsync's."""
    for kind, daemons in DAEMONS.items():
        for daemon in daemons:
            yield Server('%s-%s' % (kind, daemon), None, None,
                         ['/usr/bin/swift-%s-%s' % (kind, daemon), layout.node_conf(kind, node),
                          '-v'])
    yield Server('rsyncd', layout.node_ip(node), layout.rsync,
                 ['/usr/bin/rsync', '--daemon', '--no-detach',
                  '--config', layout.node_conf('rsync', node)], python=False)


def expirer(layout):
    """Once a cluster: deletes what X-Delete-At says."""
    return Server('expirer', None, None,
                  ['/usr/bin/swift-object-expirer', os.path.join(layout.conf, 'expiry.conf'), '-v'])


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
    # Whoever wants the child to stop, be it this soon, does not meet the parent's handlers in it.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    pid = os.fork()
    if pid == 0:
        try:
            become(layout, server)
        except BaseException as problem:  # nothing of the parent may run on in the child
            print('%s: %r' % (server.name, problem), file=sys.stderr, flush=True)
        os._exit(70)
    server.pid = pid
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def signal_group(pid, number):
    """To the process and all that it has started."""
    for send in (os.killpg, os.kill):  # no group yet: the fork is new
        try:
            return send(pid, number)
        except ProcessLookupError:
            pass


def prctl(*arguments):
    ctypes.CDLL(None).prctl(*arguments)


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
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # After setuid, which clears it: no server outlives the supervisor.
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # All forks have the command line of the first; ps and top tell them apart by this.
    prctl(PR_SET_NAME, server.name.encode()[:15])
    if os.getppid() != parent:
        os._exit(0)
    for number in STOPPING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    os.dup2(os.open('/dev/null', os.O_RDONLY), 0)
    log = layout.log(server.name)
    if log:
        log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
    os.closerange(3, 256)
    os.environ.setdefault('HOME', '/')
    if not server.python:
        os.execv(server.argv[0], server.argv)
    sys.argv = server.argv
    status = 0
    try:
        runpy.run_path(server.argv[0], run_name='__main__')
    except SystemExit as end:  # of the server, or of a fork that it has made
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


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
        with open(layout.log(server.name), errors='replace') as log:
            return ''.join(log.readlines()[-20:])
    except OSError as problem:
        return str(problem)


def stop(running):
    """Ends every process group, gently first."""
    for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 10)):
        for server in running:
            if server.pid:
                signal_group(server.pid, number)
        deadline = time.monotonic() + patience
        while any(server.pid for server in running) and time.monotonic() < deadline:
            for server in running:
                if server.pid and os.waitpid(server.pid, os.WNOHANG)[0]:
                    server.pid = None
            time.sleep(0.02)
