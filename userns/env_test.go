package userns

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSecret(t *testing.T) {
	for names, want := range map[string]bool{
		// where services outside are
		"SSH_AUTH_SOCK DBUS_SESSION_BUS_ADDRESS DOCKER_HOST XDG_RUNTIME_DIR DISPLAY WAYLAND_DISPLAY XAUTHORITY": true,
		"TMUX TMUX_PANE STY NOTIFY_SOCKET LISTEN_FDS GPG_AGENT_INFO PULSE_SERVER VSCODE_IPC_HOOK_CLI NVIM":      true,
		// what changes how programs are loaded, and what would be wrong inside
		"LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT TMPDIR PWD OLDPWD _": true,
		// secrets
		"GITHUB_TOKEN GH_TOKEN NPM_TOKEN TOKEN token HF_TOKEN CI_JOB_TOKEN GITHUB_PAT":                             true,
		"AWS_ACCESS_KEY_ID AWS_PROFILE AWS_SESSION_TOKEN AZURE_CLIENT_ID GOOGLE_APPLICATION_CREDENTIALS":           true,
		"OPENAI_API_KEY ANTHROPIC_API_KEY SSH_KEY KEY STRIPE_APIKEY deploy_key APP_KEYS":                           true,
		"PGPASSWORD MYSQL_PASSWORD DB_PASS SUDO_ASKPASS REDISCLI_AUTH VAULT_ADDR SENTRY_DSN RESTIC_PASSWORD":       true,
		"CLIENT_SECRET SECRET SECRETS_DIR MY_SECRET_THING DJANGO_SECRET_KEY ROBOT_CREDENTIALS ACTIONS_RUNTIME_URL": true,
		"KUBECONFIG KRB5CCNAME NETRC PGPASSFILE MYSQL_PWD DATABASE_URL BW_SESSION OP_SESSION_my":                   true,
		// what commands need
		"PATH HOME USER LOGNAME SHELL LANG LC_ALL LC_CTYPE TERM COLORTERM TZ EDITOR PAGER MANPATH CC CFLAGS MAKEFLAGS": false,
		"GOPATH GOFLAGS GOPROXY CARGO_HOME RUSTFLAGS PYTHONPATH NODE_ENV JAVA_HOME VIRTUAL_ENV XDG_CONFIG_HOME":        false,
		"KEYBOARD MONKEY TOKENS_MAX PASSAGE AUTHOR COMPASS SSH_X KEYS HTTP_PROXY NO_COLOR CI":                          false,
	} {
		for name := range strings.FieldsSeq(names) {
			if got := Secret(name); got != want {
				t.Errorf("Secret(%s): got %v", name, got)
			}
		}
	}
	if !slices.IsSorted(scrubbedNames) {
		t.Error("scrubbedNames isn't sorted, so the search misses some")
	}
}

func TestEnvironment(t *testing.T) {
	base := []string{"PATH=/bin", "HOME=/home/u", "PWD=/", "XDG_RUNTIME_DIR=/run/user/1000"}
	for _, c := range []struct {
		name           string
		host           []string
		spec           Spec
		want, withheld []string
	}{
		{"nothing outside", nil, Spec{}, []string{"PWD=/", "XDG_RUNTIME_DIR=/run/user/1000", "HOME=/home/u", "PATH=" + DefaultPath}, nil},
		{"empty ones count as none", []string{"HOME=", "PATH="}, Spec{},
			[]string{"HOME=/home/u", "PATH=" + DefaultPath, "PWD=/", "XDG_RUNTIME_DIR=/run/user/1000"}, nil},
		{"harmless ones go in", []string{"PATH=/bin", "HOME=/home/u", "A=", "B=a=b", "C=\xff\n"}, Spec{},
			[]string{"PATH=/bin", "HOME=/home/u", "A=", "B=a=b", "C=\xff\n", "PWD=/", "XDG_RUNTIME_DIR=/run/user/1000"}, nil},
		{"secrets don't", []string{"A_TOKEN=1", "PATH=/bin", "SSH_AUTH_SOCK=/x", "HOME=/home/u", "PWD=/home/u"}, Spec{}, base,
			[]string{"A_TOKEN", "SSH_AUTH_SOCK", "PWD"}},
		{"unless kept by name", []string{"PATH=/bin", "A_TOKEN=1", "HOME=/home/u", "B_TOKEN=2"}, Spec{KeepEnv: []string{"A_TOKEN", "C_TOKEN"}},
			[]string{"PATH=/bin", "A_TOKEN=1", "HOME=/home/u", "PWD=/", "XDG_RUNTIME_DIR=/run/user/1000"}, []string{"B_TOKEN"}},
		{"what is no variable is left out", []string{"PATH=/bin", "HOME=/home/u", "", "novalue", "=x"}, Spec{}, base, nil},
		{"sets in order", []string{"PATH=/bin", "HOME=/home/u"}, Spec{SetEnv: []string{"A=1", "A", "A=2", "B=1", "B=2", "HOME", "C", "PWD=/x"}},
			[]string{"PATH=/bin", "PWD=/x", "XDG_RUNTIME_DIR=/run/user/1000", "A=2", "B=2"}, nil},
		{"a set secret is meant", []string{"PATH=/bin", "HOME=/home/u", "A_TOKEN=1"}, Spec{SetEnv: []string{"A_TOKEN=2"}}, append(slices.Clone(base), "A_TOKEN=2"), []string{"A_TOKEN"}},
		{"one's own list is taken as it is", []string{"A=1"}, Spec{Env: []string{"PATH=/b", "X_TOKEN=1"}}, []string{"PATH=/b", "X_TOKEN=1"}, nil},
		{"root has root's commands", []string{"PATH=/bin:/usr/sbin", "HOME=/home/u"}, Spec{IDs: MapRoot},
			[]string{"PATH=/bin:/usr/sbin", "HOME=/home/u", "PWD=/", "XDG_RUNTIME_DIR=/run/user/1000"}, nil},
		{"a name that begins like another", []string{"PATH=/bin", "HOME=/home/u", "AB=1"}, Spec{SetEnv: []string{"A=2", "AB"}}, append(slices.Clone(base), "A=2"), nil},
		{"doubles: unset is unset", []string{"PATH=/bin", "A=1", "HOME=/home/u", "A=2"}, Spec{SetEnv: []string{"A"}}, base, nil},
		{"doubles: set is set", []string{"PATH=/bin", "A=1", "HOME=/home/u", "A=2"}, Spec{SetEnv: []string{"A=3"}},
			[]string{"PATH=/bin", "A=3", "HOME=/home/u", "PWD=/", "XDG_RUNTIME_DIR=/run/user/1000"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := testHost()
			h.Env = c.host
			c.spec.Args = []string{"/x"}
			p, err := Resolve(&c.spec, h)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, p.Env); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.withheld, p.Withheld); diff != "" {
				t.Errorf("withheld (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhereTheCommandIsLookedFor(t *testing.T) {
	for _, c := range []struct {
		path, name string
		want       []string
	}{
		{"/usr/bin:/bin", "x", []string{"/usr/bin/x", "/bin/x"}},
		{":/bin::", "x", []string{"/bin/x"}},
		{".:bin:./bin:../bin:/bin:~/bin", "x", []string{"/bin/x"}},
		{"/a/:/b//c", "x", []string{"/a/x", "/b/c/x"}},
		{"/bin", "./x", []string{"./x"}},
		{"/bin", "/opt/x", []string{"/opt/x"}},
		{"/bin", "a/x", []string{"a/x"}},
		{"/with blank:/new\nline:/\xff", "x", []string{"/with blank/x", "/new\nline/x", "/\xff/x"}},
	} {
		p, err := Resolve(&Spec{Args: []string{c.name}, Env: []string{"PATH=" + c.path}}, testHost())
		if err != nil {
			t.Errorf("%s in %s: %v", c.name, c.path, err)
			continue
		}
		if diff := cmp.Diff(c.want, p.Paths); diff != "" {
			t.Errorf("%s in %s (-want +got):\n%s", c.name, c.path, diff)
		}
	}
}

func TestLoginURL(t *testing.T) {
	for value, want := range map[string]bool{
		"https://user:password@proxy:3128":   true,
		"http://user:password@proxy/":        true,
		"redis://:password@localhost:6379/0": true,
		"postgres://u:p@db":                  true,
		"https://proxy:3128":                 false, "https://user@host/": false, "ssh://git@host:22/x": false,
		"https://host/a:b@c": false, "https://host?q=a:b@c": false, "a:b@c": false, "://": false, "": false,
	} {
		if got := loginURL(value); got != want {
			t.Errorf("%q: got %v", value, got)
		}
	}
}
