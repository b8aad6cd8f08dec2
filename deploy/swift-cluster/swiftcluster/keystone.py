"""Keystone v3 on sqlite, with one project for users and one for Swift itself."""
import os
import pwd
import subprocess

from .layout import KEYSTONE, PROXY, ZEROCLOUD
from .servers import Server

ADMIN_PASSWORD = 'admin'
SWIFT_PASSWORD = 'swift'


def url(layout):
    return 'http://%s:%d/v3' % (layout.front, KEYSTONE)


def server(layout):
    # Keystone reads its configuration from a folder that the environment names.
    return Server('keystone', layout.front, KEYSTONE,
                  ['/usr/bin/env', 'OS_KEYSTONE_CONFIG_DIR=' + folder(layout),
                   '/usr/bin/keystone-wsgi-public', '-b', layout.front, '-p', str(KEYSTONE)],
                  python=False)


def folder(layout):
    return layout.path('keystone')


def reseller_prefix(kind):
    """Where TempAuth owns AUTH_, Keystone's accounts need another name."""
    return 'KEY' if kind == 'tempauth' else 'AUTH'


def object_store(layout):
    """The object store of the catalogue: ZeroCloud's proxy if there is one."""
    if layout.zerocloud:
        return 'http://%s:%d/v1/KEY_%%(tenant_id)s' % (layout.front, ZEROCLOUD)
    return 'http://%s:%d/v1/AUTH_%%(tenant_id)s' % (layout.proxies()['keystone'], PROXY)


def proxy_filters(layout, kind):
    return ('\n[filter:authtoken]\n'
            'paste.filter_factory = keystonemiddleware.auth_token:filter_factory\n'
            'www_authenticate_uri = %(url)s\nauth_url = %(url)s\nauth_type = password\n'
            'username = swift\npassword = %(password)s\nproject_name = service\n'
            'user_domain_id = default\nproject_domain_id = default\n'
            'delay_auth_decision = True\ncache = swift.cache\ninclude_service_catalog = False\n'
            '\n[filter:keystoneauth]\nuse = egg:swift#keystoneauth\n'
            'operator_roles = admin, swiftoperator\nreseller_prefix = %(prefix)s\n' % {
                'url': url(layout), 'password': SWIFT_PASSWORD,
                'prefix': reseller_prefix(kind)})


def prepare(layout):
    """Database, keys and the first user; what needs a running Keystone is in populate."""
    home = folder(layout)
    for name in ('', 'fernet', 'credential'):
        os.makedirs(os.path.join(home, name), exist_ok=True)
    database = os.path.join(home, 'keystone.db')
    with open(os.path.join(home, 'keystone.conf'), 'w') as out:
        out.write('[database]\nconnection = sqlite:///%s\n'
                  '[token]\nprovider = fernet\nexpiration = 3600\n'
                  '[fernet_tokens]\nkey_repository = %s/fernet\n'
                  '[fernet_receipts]\nkey_repository = %s/fernet\n'
                  '[credential]\nkey_repository = %s/credential\n'
                  # Four rounds: this protects nothing, and bcrypt's default costs half a second.
                  '[identity]\npassword_hash_rounds = 4\n' % (database, home, home, home))
    if os.geteuid() == 0:
        swift = pwd.getpwnam('swift')
        for parent, _, files in os.walk(home):
            for path in [parent] + [os.path.join(parent, name) for name in files]:
                os.chown(path, swift.pw_uid, swift.pw_gid)
    manage(layout, 'db_sync')
    # Without a write-ahead log concurrent token requests meet "database is locked".
    import sqlite3
    with sqlite3.connect(database) as connection:
        connection.execute('pragma journal_mode=WAL')
    connection.close()
    manage(layout, 'fernet_setup')
    manage(layout, 'credential_setup')
    manage(layout, 'bootstrap', '--bootstrap-password', ADMIN_PASSWORD,
           '--bootstrap-public-url', url(layout), '--bootstrap-internal-url', url(layout),
           '--bootstrap-admin-url', url(layout), '--bootstrap-region-id', 'RegionOne')


def manage(layout, *arguments):
    command = ['/usr/bin/keystone-manage', '--config-file',
               os.path.join(folder(layout), 'keystone.conf')] + list(arguments)
    as_swift = {}
    if os.geteuid() == 0:
        swift = pwd.getpwnam('swift')
        as_swift = {'user': swift.pw_uid, 'group': swift.pw_gid, 'extra_groups': []}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          cwd='/', **as_swift)
    if done.returncode:
        raise SystemExit('swift-cluster: %s failed:\n%s' % (' '.join(command), done.stdout))


def populate(layout):
    """Projects, users, roles and Swift's place in the catalogue."""
    from keystoneauth1 import session
    from keystoneauth1.identity import v3
    from keystoneclient.v3 import client
    admin = v3.Password(auth_url=url(layout), username='admin', password=ADMIN_PASSWORD,
                        project_name='admin', user_domain_id='default',
                        project_domain_id='default')
    keystone = client.Client(session=session.Session(auth=admin))
    roles = {role.name: role for role in keystone.roles.list()}
    roles['swiftoperator'] = keystone.roles.create('swiftoperator')
    service = keystone.projects.create('service', 'default')
    keystone.roles.grant(roles['admin'], project=service,
                         user=keystone.users.create('swift', password=SWIFT_PASSWORD))
    # Who acts in ZeroCloud's set-uid jobs: no administrator, the owner of the project's account.
    keystone.roles.grant(roles['swiftoperator'], project=service,
                         user=keystone.users.create('zerocloud', password='zerocloud'))
    test = keystone.projects.create('test', 'default')
    tester = keystone.users.create('tester', password='testing')
    keystone.roles.grant(roles['member'], project=test, user=tester)
    keystone.roles.grant(roles['swiftoperator'], project=test, user=tester)
    guest = keystone.users.create('guest', password='guest')
    keystone.roles.grant(roles['member'], project=test, user=guest)
    swift = keystone.services.create('swift', type='object-store')
    for interface in ('public', 'internal', 'admin'):
        keystone.endpoints.create(
            swift, object_store(layout), interface=interface, region='RegionOne')
