"""The command line: what a supervisor process does and how others speak to it."""
import argparse
import json
import os
import runpy
import select
import shutil
import signal
import subprocess
import sys
import time

from . import config, rings, servers, storage, zerocloud
from .layout import Layout

PACKAGES = ('swift-proxy swift-account swift-container swift-object swift-object-expirer'
            ' python3-swift python3-pyeclib python3-memcache memcached').split()
KEYSTONE_PACKAGES = ['python3-keystone', 'python3-keystonemiddleware', 'python3-keystoneclient']


def main(arguments, usage):
    parser = argparse.ArgumentParser(
        prog='swift-cluster', description=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    for name in ('up', 'run'):
        command = commands.add_parser(name)
        command.add_argument('dir')
        command.add_argument('--nodes', type=int, default=4)
        command.add_argument('--replicas', type=int, default=3)
        command.add_argument('--part-power', type=int, default=8)
        command.add_argument('--subnet', help='three bytes of 127/8, such as 127.0.0; free ones'
                                              ' are chosen otherwise')
        command.add_argument('--keystone', action='store_true',
                             help='a second proxy that takes Keystone tokens')
        command.add_argument('--encryption', action='store_true',
                             help='a further proxy that encrypts what it stores')
        command.add_argument('--no-ec', action='store_true', help='no erasure-coded policy')
        command.add_argument('--workers', type=int, default=0,
                             help='processes a server; 0 serves in the first one')
        command.add_argument('--zerocloud', action='store_true',
                             help='a ZeroCloud agent on every node and a proxy in front')
        command.add_argument('--detached', action='store_true', help=argparse.SUPPRESS)
        command.add_argument('--storage', choices=('auto', 'xfs', 'here'), default='auto')
    for name in ('down', 'status'):
        commands.add_parser(name).add_argument('dir')
    command = commands.add_parser('exec')
    command.add_argument('dir')
    command.add_argument('argv', nargs=argparse.REMAINDER)
    command = commands.add_parser('server')
    command.add_argument('dir')
    command.add_argument('name', help='object-1, proxy-tempauth, ...: a file of DIR/log')
    command.add_argument('action', choices=('start', 'stop'))
    options = parser.parse_args(arguments)
    return globals()['do_' + options.command](options)


def layout_of(options):
    return Layout(options.dir, options.nodes, options.replicas, options.part_power,
                  options.subnet, not options.no_ec, options.keystone, options.encryption,
                  options.workers, options.storage, options.zerocloud)


def missing_packages(options):
    programs = ['/usr/bin/swift-%s-server' % kind
                for kind in ('proxy', 'account', 'container', 'object')] + ['/usr/bin/memcached']
    if not all(os.path.exists(program) for program in programs):
        return PACKAGES
    if options.keystone and not os.path.exists('/usr/bin/keystone-manage'):
        return KEYSTONE_PACKAGES
    return None


def do_run(options):
    """Supervises a cluster until standard input ends or a SIGTERM comes."""
    missing = missing_packages(options)
    if missing:
        print('swift-cluster: Debian packages are missing: apt-get install ' + ' '.join(missing),
              file=sys.stderr)
        return 69
    if os.path.exists(os.path.join(options.dir, 'layout.json')):
        print('swift-cluster: %s: holds a cluster; swift-cluster down removes it' % options.dir,
              file=sys.stderr)
        return 64
    layout = layout_of(options)
    stopping = stop_requests()
    os.makedirs(layout.folder, exist_ok=True)
    os.chmod(layout.folder, 0o755)
    running = []
    try:
        with open(layout.path('supervisor.pid'), 'w') as out:
            out.write(str(os.getpid()))
        layout.save()
        storage.prepare(layout)
        config.write(layout)
        if layout.zerocloud:
            zerocloud.build()
            zerocloud.write(layout)
        keystone = prepare_keystone(layout)
        servers.use_configuration(layout)
        rings.write(layout)
        servers.import_swift()
        for server in servers.servers(layout):
            if server.name == 'keystone':
                keystone.join()
            servers.start(layout, server)
            running.append(server)
        servers.await_ready(layout, running)
        if layout.keystone:
            populate_keystone(layout)
        ready = dict(layout.describe(), servers={s.name: s.pid for s in running})
        with open(layout.path('ready.json'), 'w') as out:
            json.dump(ready, out, indent=1)
        print(json.dumps(ready), flush=True)
        supervise(layout, running, stopping, options.detached)
        return 0
    finally:
        servers.stop(running)
        storage.release(layout)


def stop_requests():
    """A descriptor that becomes readable when the cluster is to stop."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    for number in servers.STOPPING:
        signal.signal(number, lambda *_: os.write(writer, b'x'))
    return reader


def prepare_keystone(layout):
    """Keystone's database takes as long as all the rest: it is made beside it."""
    if not layout.keystone:
        return None
    child = os.fork()
    if child == 0:
        try:
            from . import keystone
            keystone.prepare(layout)
            os._exit(0)
        except BaseException as problem:
            print(problem, file=sys.stderr, flush=True)
            os._exit(1)

    class Preparation:
        @staticmethod
        def join():
            if os.waitpid(child, 0)[1]:
                raise SystemExit('swift-cluster: Keystone could not be prepared')
    return Preparation


def populate_keystone(layout):
    # In a child: the OpenStack client libraries would weigh on the supervisor for ever.
    child = os.fork()
    if child == 0:
        try:
            from . import keystone
            keystone.populate(layout)
            os._exit(0)
        except BaseException as problem:
            print('swift-cluster: Keystone: %r' % problem, file=sys.stderr, flush=True)
            os._exit(1)
    if os.waitpid(child, 0)[1]:
        raise SystemExit('swift-cluster: Keystone could not be filled')


def supervise(layout, running, stopping, detached):
    """Waits for the end; starts and stops single servers as files in DIR/run/requests say."""
    requests = layout.path('requests')
    os.makedirs(requests, exist_ok=True)
    waiting = [stopping] if detached else [stopping, sys.stdin.fileno()]
    while True:
        readable, _, _ = select.select(waiting, [], [], 0.1)
        if stopping in readable:
            return
        if 0 in readable and not os.read(0, 4096):
            return
        for server in running:
            if server.pid and os.waitpid(server.pid, os.WNOHANG)[0]:
                server.pid = None
                print('swift-cluster: %s has ended:\n%s' % (
                    server.name, servers.tail(layout, server)), file=sys.stderr, flush=True)
        for name in os.listdir(requests):
            if name.endswith(('.start', '.stop')):
                try:
                    handle_request(layout, running, name)
                except SystemExit as problem:  # of one server; the others go on
                    with open(os.path.join(requests, name), 'w') as out:
                        out.write(str(problem))
                os.rename(os.path.join(requests, name), os.path.join(requests, name + '.done'))


def handle_request(layout, running, request):
    name, _, action = request.rpartition('.')
    for server in running:
        if server.name == name:
            if action == 'stop' and server.pid:
                servers.stop([server])
            elif action == 'start' and not server.pid:
                servers.start(layout, server)
                servers.await_ready(layout, [server])


def do_up(options):
    missing = missing_packages(options)
    if missing:
        return do_run(options)
    os.makedirs(options.dir, exist_ok=True)
    command = [sys.executable, sys.argv[0], 'run'] + sys.argv[2:]
    log = open(os.path.join(options.dir, 'supervisor.log'), 'w+')
    # Of `up` nobody stays whose end could mean the cluster's: only a signal stops it.
    supervisor = subprocess.Popen(command + ['--detached'], stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log, start_new_session=True)
    ready = os.path.join(options.dir, 'ready.json')
    while not os.path.exists(ready):
        if supervisor.poll() is not None:
            log.seek(0)
            sys.stderr.write(log.read())
            return supervisor.returncode or 70
        time.sleep(0.1)
    return do_status(options)


def do_status(options):
    try:
        with open(os.path.join(options.dir, 'ready.json')) as ready:
            description = json.load(ready)
    except OSError:
        print('swift-cluster: %s: no cluster runs there' % options.dir, file=sys.stderr)
        return 1
    user = description['users'][1]
    print('auth %s %s %s' % (description['auth_url'], user['user'], user['key']))
    print('ST_AUTH=%s ST_USER=%s ST_KEY=%s /usr/bin/swift stat' % (
        description['auth_url'], user['user'], user['key']))
    if 'zerocloud_auth_url' in description:
        print('zerocloud %s %s %s' % (
            description['zerocloud_auth_url'], user['user'], user['key']))
    if 'keystone' in description:
        print('keystone %(auth_url)s %(user)s %(password)s project %(project)s'
              % description['keystone'])
    if 'encryption_auth_url' in description:
        print('encrypting %s' % description['encryption_auth_url'])
    for node in description['nodes']:
        print('node %s:%d %s' % (node['ip'], node['object_port'], node['devices']))
    return 0


def do_down(options):
    supervisor = supervisor_of(options.dir)
    if supervisor:
        os.kill(supervisor, signal.SIGTERM)
        while supervisor_of(options.dir):
            time.sleep(0.1)
    if os.path.exists(os.path.join(options.dir, 'layout.json')):
        storage.release(Layout.load(options.dir))  # the supervisor was killed
    shutil.rmtree(options.dir, ignore_errors=True)
    return 0


def supervisor_of(folder):
    """The supervisor's process id, if it still is the supervisor of this folder."""
    try:
        with open(os.path.join(folder, 'supervisor.pid')) as saved:
            pid = int(saved.read())
        with open('/proc/%d/cmdline' % pid, 'rb') as command:
            return pid if b'swift-cluster' in command.read() else None
    except (OSError, ValueError):
        return None


def do_exec(options):
    """Runs a Swift tool in this process, with the cluster's swift.conf."""
    layout = Layout.load(options.dir)
    servers.use_configuration(layout)
    program = options.argv[0] if '/' in options.argv[0] else '/usr/bin/' + options.argv[0]
    sys.argv = [program] + options.argv[1:]
    runpy.run_path(program, run_name='__main__')
    return 0


def do_server(options):
    requests = os.path.join(options.dir, 'requests')
    request = os.path.join(requests, '%s.%s' % (options.name, options.action))
    if not supervisor_of(options.dir):
        return do_status(options)
    done = request + '.done'
    if os.path.exists(done):
        os.unlink(done)
    with open(request, 'w'):
        pass
    while not os.path.exists(done):
        if not supervisor_of(options.dir):
            return do_status(options)
        time.sleep(0.05)
    with open(done) as result:
        problem = result.read()
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0
