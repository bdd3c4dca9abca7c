package userns

import (
	"path"
	"slices"
	"strings"
)

// The variables that don't go in: what leads to a service outside, what says
// where secrets are, and what changes how programs are loaded.
// Sorted, for a search without a map to build at every start.
var scrubbedNames = []string{
	"BW_SESSION", "CONTAINER_HOST", "CREDENTIALS_DIRECTORY", "DATABASE_URL", "DESKTOP_STARTUP_ID", "DISPLAY", "DOCKER_CONFIG",
	"DOCKER_HOST", "EDITOR_SOCKET", "GIT_ASKPASS", "GPG_AGENT_INFO", "GPG_TTY", "ICEAUTHORITY",
	"INVOCATION_ID", "JOURNAL_STREAM", "KEY", "KITTY_LISTEN_ON", "KRB5CCNAME", "KUBECONFIG", "LD_AUDIT", "LD_LIBRARY_PATH",
	"LD_PRELOAD", "LISTEN_FDNAMES", "LISTEN_FDS", "LISTEN_PID", "MAINPID", "MYSQL_PWD", "NETRC", "NOTIFY_SOCKET", "NVIM",
	"OLDPWD", "PGPASSFILE", "PIPEWIRE_REMOTE", "PULSE_SERVER", "PWD", "SESSION_MANAGER", "SSH_AGENT_PID",
	"SSH_ASKPASS", "SSH_AUTH_SOCK", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "STY", "SUDO_ASKPASS", "TEMP",
	"TMP", "TMPDIR", "TMUX", "TMUX_PANE", "TOKEN", "VSCODE_GIT_IPC_HANDLE", "VSCODE_IPC_HOOK", "VSCODE_IPC_HOOK_CLI",
	"WATCHDOG_PID", "WATCHDOG_USEC", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XAUTHORITY", "XDG_RUNTIME_DIR",
	"XDG_SESSION_ID", "_",
}

var scrubbedPrefixes = []string{"AWS_", "AZURE_", "ARM_CLIENT_", "GOOGLE_APPLICATION_", "GCP_", "CLOUDSDK_AUTH_",
	"DBUS_", "GNOME_KEYRING_", "VAULT_", "DIGITALOCEAN_", "ACTIONS_RUNTIME_", "ACTIONS_ID_TOKEN_", "OP_SESSION_"}

var scrubbedSuffixes = []string{"_TOKEN", "_KEY", "_KEYS", "_PAT", "_PASS", "_AUTH", "_COOKIE", "_DSN", "_CREDS"}

var scrubbedParts = []string{"SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "PRIVATE_KEY",
	"ACCESS_KEY", "API_KEY", "APIKEY", "AUTH_TOKEN", "ACCESS_TOKEN", "_AUTHTOKEN"}

// Secret says whether a variable of that name is kept from a sandbox.
func Secret(name string) bool {
	n := strings.ToUpper(name)
	if _, found := slices.BinarySearch(scrubbedNames, n); found {
		return true
	}
	for _, p := range scrubbedPrefixes {
		if strings.HasPrefix(n, p) {
			return true
		}
	}
	for _, s := range scrubbedSuffixes {
		if strings.HasSuffix(n, s) {
			return true
		}
	}
	for _, s := range scrubbedParts {
		if strings.Contains(n, s) {
			return true
		}
	}
	return false
}

// loginURL says whether value is a URL that holds a password, as in
// https://user:password@host/ (RFC 3986, 3.2.1): a proxy's, a database's.
func loginURL(value string) bool {
	_, rest, found := strings.Cut(value, "://")
	if !found {
		return false
	}
	if end := strings.IndexAny(rest, "/?# "); end >= 0 {
		rest = rest[:end]
	}
	login, _, found := strings.Cut(rest, "@")
	return found && strings.Contains(login, ":")
}

// resolveEnv makes the command's environment.
func resolveEnv(p *Plan, spec *Spec, h *Host) error {
	e := &environment{vars: make([]string, 0, len(h.Env)+8)}
	if spec.Env != nil {
		e.vars = append(e.vars, spec.Env...)
	} else {
		p.Withheld = e.scrub(h.Env, spec.KeepEnv)
		e.set("PWD", p.Dir)
		e.set("XDG_RUNTIME_DIR", "/run/user/"+utoa(h.UID))
		e.login(p, spec, h)
	}
	for _, kv := range spec.SetEnv {
		if name, value, ok := strings.Cut(kv, "="); ok {
			e.set(name, value)
		} else {
			e.unset(name)
		}
	}
	p.Env = e.vars
	return nil
}

// login sets what a login would: HOME and PATH. Who is root inside needs the
// directories of root's commands, and in a root file system root's home.
func (e *environment) login(p *Plan, spec *Spec, h *Host) {
	inner, _ := p.UIDs.ToInner(h.UID)
	switch {
	case spec.Root != "" && inner == 0:
		e.set("HOME", "/root")
	case len(h.Homes) > 0 && e.get("HOME") == "":
		e.set("HOME", path.Clean(h.Homes[0]))
	}
	dirs := e.get("PATH")
	if dirs == "" {
		dirs = DefaultPath
	}
	if inner == 0 && !slices.Contains(strings.Split(dirs, ":"), "/usr/sbin") {
		dirs += ":/usr/local/sbin:/usr/sbin:/sbin"
	}
	e.set("PATH", dirs)
}

// environment is a list of KEY=value without doubles.
type environment struct{ vars []string }

// scrub takes over what is harmless or kept by name, and returns the names of
// the rest.
func (e *environment) scrub(from, keep []string) (withheld []string) {
	for _, kv := range from {
		name, value, ok := strings.Cut(kv, "=")
		switch {
		case !ok || name == "":
		case slices.Contains(keep, name) || !Secret(name) && !loginURL(value):
			e.vars = append(e.vars, kv)
		default:
			withheld = append(withheld, name)
		}
	}
	return withheld
}

func (e *environment) index(name string) int {
	for i, kv := range e.vars {
		if strings.HasPrefix(kv, name) && len(kv) > len(name) && kv[len(name)] == '=' {
			return i
		}
	}
	return -1
}

func (e *environment) get(name string) string {
	if i := e.index(name); i >= 0 {
		return e.vars[i][len(name)+1:]
	}
	return ""
}

func (e *environment) set(name, value string) {
	i := e.index(name)
	if i < 0 {
		e.vars = append(e.vars, name+"="+value)
		return
	}
	e.vars[i] = name + "=" + value
	e.drop(i+1, name) // who made the environment may have set it twice
}

func (e *environment) unset(name string) { e.drop(0, name) }

// drop removes name from position i on.
func (e *environment) drop(i int, name string) {
	e.vars = append(e.vars[:i], slices.DeleteFunc(e.vars[i:], func(kv string) bool {
		return strings.HasPrefix(kv, name+"=")
	})...)
}
