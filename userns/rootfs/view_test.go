package rootfs

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// see arranges a view, carries it out on paper, and looks at what is where.
func see(t *testing.T, host machine, r *Request, want map[string]string) {
	t.Helper()
	steps, err := Arrange(r, host)
	if err != nil {
		t.Errorf("arrange: %v", err)
		return
	}
	k, err := carryOut(host, steps)
	if err != nil {
		t.Errorf("the kernel would say: %v", err)
		return
	}
	got := map[string]string{}
	for name := range want {
		got[name] = k.sees(name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is seen (-want +got):\n%s", diff)
	}
}

type view struct {
	name string
	host machine
	r    *Request
	want map[string]string
}

func seeAll(t *testing.T, views []view) {
	for _, v := range views {
		t.Run(v.name, func(t *testing.T) { see(t, v.host, v.r, v.want) })
	}
}

func TestPrivate(t *testing.T) {
	seeAll(t, []view{
		{"the host is read-only", debian, plain(), map[string]string{
			"/usr/bin/vim": "/usr/bin/vim ro", "/bin/vim": "/usr/bin/vim ro", "/etc/alternatives/vi": "/usr/bin/vim ro",
			"/srv/x/y": "/srv/x/y ro", "/var/lib/db": "/var/lib/db ro", "/lost+found": "nothing",
		}},
		{"what is people's is not there", debian, plain(), map[string]string{
			"/home/u": "private", "/home/u/.ssh": "nothing", "/home/other": "nothing",
			"/root/.bashrc": "nothing", "/mnt/disk": "nothing", "/media": "private",
		}},
		{"nor are sockets and other people's temporary files", debian, plain(), map[string]string{
			"/run/docker.sock": "nothing", "/var/run/docker.sock": "nothing", "/run/user/1000": "private",
			"/run/user/1000/bus": "nothing", "/tmp/t": "nothing", "/var/tmp/v": "nothing", "/var/tmp": "private",
		}},
		{"the kernel's own are fresh", debian, plain(), map[string]string{
			"/proc": "proc", "/sys": "sysfs", "/dev/pts": "devpts", "/dev/null": "/dev/null rw", "/dev/shm": "private", "/dev/sda": "nothing",
		}},
		{"or the host's, if a namespace is shared", debian, plain(func(r *Request) { r.HostProc, r.HostSys, r.MaskProc = true, true, true }), map[string]string{
			"/proc/sys": "/proc/sys rw", "/sys/kernel": "/sys/kernel ro",
		}},
		{"homes below /var", silverblue, plain(), map[string]string{
			"/home/u": "private", "/var/home/u/.ssh": "nothing", "/root": "private", "/mnt": "private", "/var/tmp/t": "nothing", "/var/run/user/1000": "private",
		}},
		{"a home outside /home", debian.with("/data/me/.ssh/k"), plain(func(r *Request) { r.Homes = []string{"/data/me", "/nowhere", "/"} }), map[string]string{
			"/data/me": "private", "/data/me/.ssh": "nothing", "/nowhere": "nothing",
		}},
		{"a home that is a link", debian.with("/home/u2 -> /data/me /data/me/.ssh/k"), plain(func(r *Request) { r.Homes = []string{"/home/u2"} }), map[string]string{
			"/home/u2": "private", "/home/u2/.ssh": "nothing",
		}},
		{"a root without the usual directories", layout("/r/etc/os-release"), plain(inRoot("/r")), map[string]string{
			"/etc/os-release": "/r/etc/os-release ro", "/proc": "proc", "/dev/null": "/dev/null rw", "/tmp": "private", "/var/tmp": "nothing", "/home": "nothing",
		}},
		{"a writable root", debian.with("/srv/x/etc/f /srv/x/dev/sda /srv/x/tmp/t"), plain(inRoot("/srv/x"), func(r *Request) { r.RootWritable = true }), map[string]string{
			"/etc/f": "/srv/x/etc/f rw", "/dev/sda": "nothing", "/tmp/t": "nothing",
		}},
		{"links in a root lead nowhere outside", debian.with("/r/home -> /home /r/tmp -> /home /r/etc -> /home/u /r/bin -> ../../../root"), plain(inRoot("/r")), map[string]string{
			"/home": "nothing", "/tmp": "private", "/etc": "nothing", "/bin": "nothing",
		}},
	})
}

func TestProjectIsWhereItIs(t *testing.T) {
	for _, dir := range []string{"/home/u/p", "/tmp/t", "/var/tmp/v", "/mnt/disk", "/srv/x", "/srv", "/opt", "/run/user/1000"} {
		t.Run(dir, func(t *testing.T) {
			see(t, debian, plain(project(dir)), map[string]string{dir: dir + " rw"})
			readOnly := plain(project(dir))
			readOnly.ProjectReadOnly = true
			see(t, debian, readOnly, map[string]string{dir: dir + " ro"})
		})
	}
	seeAll(t, []view{
		{"its neighbours are not there", debian, plain(project("/home/u/p")), map[string]string{
			"/home/u/p/main.go": "/home/u/p/main.go rw", "/home/u/.ssh": "nothing", "/home/u": "private",
		}},
		{"or are read-only", debian, plain(project("/srv/x")), map[string]string{"/srv/x/y": "/srv/x/y rw", "/srv/f": "/srv/f ro"}},
		{"below a home that is a link", silverblue, plain(project("/home/u/p")), map[string]string{
			"/home/u/p": "/var/home/u/p rw", "/var/home/u/p": "/var/home/u/p rw", "/var/home/u/.ssh": "nothing",
		}},
		{"by its real name", silverblue, plain(project("/var/home/u/p")), map[string]string{"/home/u/p/main.go": "/var/home/u/p/main.go rw"}},
		{"below both names of /tmp", debian, plain(project("/var/tmp/v")), map[string]string{"/tmp/v": "/var/tmp/v rw"}},
		{"below /var/tmp that is a link", silverblue, plain(project("/var/tmp/t")), map[string]string{"/var/tmp/t": "/tmp/t rw", "/tmp/t": "/tmp/t rw"}},
		{"a link itself", debian.with("/home/u/link -> /srv/x"), plain(project("/home/u/link")), map[string]string{"/home/u/link/y": "/srv/x/y rw"}},
	})
}

func TestProjectIsProtected(t *testing.T) {
	host := debian.with("/home/u/p/.git/config /home/u/p/.git/hooks/ /home/u/p/.git/HEAD /home/u/p/.envrc /home/u/p/.idea -> /srv/x")
	all := guarding(".git:in place", ".git/hooks:read-only", ".git/config:read-only", ".envrc:read-only", ".idea:link", ".vscode:absent")
	seeAll(t, []view{
		{"what runs later is read-only", host, plain(project("/home/u/p"), all), map[string]string{
			"/home/u/p/.git": "/home/u/p/.git rw", "/home/u/p/.git/HEAD": "/home/u/p/.git/HEAD rw",
			"/home/u/p/.git/hooks": "/home/u/p/.git/hooks ro", "/home/u/p/.git/config": "/home/u/p/.git/config ro",
			"/home/u/p/.envrc": "/home/u/p/.envrc ro", "/home/u/p/.vscode": "nothing",
		}},
		{"a .git that only says where the repository is", debian.with("/srv/x/.git"), plain(project("/srv/x"), guarding(".git:read-only")), map[string]string{
			"/srv/x/.git": "/srv/x/.git ro",
		}},
		{"a wish for the same file wins", host, plain(project("/home/u/p"), all, wishes(rw("/home/u/p/.envrc"))), map[string]string{
			"/home/u/p/.envrc": "/home/u/p/.envrc rw",
		}},
		{"and one for what is above it", host, plain(project("/home/u/p"), all, wishes(bind("/srv/x", "/home/u/p/.git"))), map[string]string{
			"/home/u/p/.git": "/srv/x rw", "/home/u/p/.git/y": "/srv/x/y rw", "/home/u/p/.envrc": "/home/u/p/.envrc ro",
		}},
		{"nothing is held in what stands in its place", host, plain(project("/home/u/p"), all, wishes(bind("/srv/x", "/home/u/p"))), map[string]string{
			"/home/u/p": "/srv/x rw",
		}},
		{"the way to nothing is not left lying about", host, plain(project("/home/u/p"), all), map[string]string{"/.held": "nothing"}},
	})
}

func TestSecretsAreConcealed(t *testing.T) {
	host := debian.with(`/home/u/.ssh/id /home/u/.ssh/known /home/u/.netrc /home/u/.config/gh/hosts /home/u/.aws -> dots/aws
		/home/u/dots/aws/key /home/u/dots/readme /home/u/p/main.go`)
	secret := func(r *Request) { r.Secrets = []string{".ssh", ".netrc", ".config/gh", ".aws", ".kube"} }
	hidden := func(home string, more map[string]string) map[string]string {
		all := map[string]string{home + "/.ssh/id": "nothing", home + "/.netrc": "nothing", home + "/.config/gh/hosts": "nothing",
			home + "/.aws": "nothing", home + "/dots/aws/key": "nothing", home + "/.ssh": "private"}
		maps.Copy(all, more)
		return all
	}
	seeAll(t, []view{
		{"below the home", host, plain(secret, wishes(ro("/home/u"))), hidden("/home/u", map[string]string{"/home/u/dots/readme": "/home/u/dots/readme ro"})},
		{"written", host, plain(secret, wishes(rw("/home/u"))), hidden("/home/u", map[string]string{"/home/u/dots/readme": "/home/u/dots/readme rw"})},
		{"below all homes", host, plain(secret, wishes(ro("/home"))), hidden("/home/u", nil)},
		{"below the root", host, plain(secret, wishes(bind("/", "/"))), hidden("/home/u", nil)},
		{"at another place", host, plain(secret, wishes(bind("/home/u", "/srv/x"))), hidden("/srv/x", nil)},
		{"at the root", host, plain(secret, wishes(bind("/home/u", "/"))), hidden("", map[string]string{"/.aws": "private"})},
		{"in the project", host, plain(secret, project("/home/u")), hidden("/home/u", map[string]string{"/home/u/p/main.go": "/home/u/p/main.go rw"})},
		{"by another name of the home", silverblue.with("/var/home/u/.ssh/id"), plain(secret, wishes(ro("/var/home/u"))), map[string]string{"/var/home/u/.ssh/id": "nothing", "/home/u/.ssh/id": "nothing"}},
		{"one that is named", host, plain(secret, wishes(ro("/home/u"), ro("/home/u/.ssh"))), map[string]string{"/home/u/.ssh/id": "/home/u/.ssh/id ro", "/home/u/.netrc": "nothing"}},
		{"whenever that was", host, plain(secret, wishes(ro("/home/u/.netrc"), ro("/home/u"))), map[string]string{"/home/u/.netrc": "/home/u/.netrc ro", "/home/u/.ssh/id": "nothing"}},
		{"a file in one", host, plain(secret, wishes(ro("/home/u"), ro("/home/u/.ssh/known"))), map[string]string{"/home/u/.ssh/known": "/home/u/.ssh/known ro", "/home/u/.ssh/id": "nothing"}},
		{"what stands in its place is not a secret", host, plain(secret, wishes(ro("/home/u"), ro("/home/u/p"), bind("/srv/f", "/home/u/.netrc"))), map[string]string{"/home/u/.netrc": "/srv/f rw"}},
		{"what is below one", host, plain(secret, wishes(ro("/home/u/.config"))), map[string]string{"/home/u/.config/gh/hosts": "nothing"}},
	})
}
