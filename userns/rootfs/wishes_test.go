package rootfs

import "testing"

func TestLastWishWins(t *testing.T) {
	const here = "/srv/x"
	for _, c := range []struct {
		name   string
		mounts []Mount
		want   string
	}{
		{"ro, rw", []Mount{ro(here), rw(here)}, "/srv/x rw"},
		{"rw, ro", []Mount{rw(here), ro(here)}, "/srv/x ro"},
		{"bind, tmpfs", []Mount{rw(here), tmpfs(here)}, "private"},
		{"tmpfs, bind", []Mount{tmpfs(here), bind("/opt", here)}, "/opt rw"},
		{"below, then above", []Mount{rw(here), ro("/srv")}, "/srv/x ro"},
		{"above, then below", []Mount{ro("/srv"), rw(here)}, "/srv/x rw"},
		{"above, below, above", []Mount{ro("/srv"), rw(here), tmpfs("/srv")}, "nothing"},
		{"a directory that is there stays", []Mount{rw(here), dir(here)}, "/srv/x rw"},
		{"a missing one is passed over", []Mount{rw(here), try(bind("/gone", here))}, "/srv/x rw"},
		{"a link last", []Mount{dir("/tmp/d"), symlink("/tmp/d", "/tmp/l"), rw(here)}, "/srv/x rw"},
		{"all of the host", []Mount{tmpfs(here), roBind("/", "/")}, "/srv/x ro"},
	} {
		t.Run(c.name, func(t *testing.T) {
			see(t, debian, plain(wishes(c.mounts...)), map[string]string{here: c.want})
		})
	}
}

func TestWishesAndProject(t *testing.T) {
	mine := project("/home/u/p")
	seeAll(t, []view{
		{"the home, opened above the project", debian, plain(mine, wishes(ro("/home/u"))), map[string]string{
			"/home/u/p": "/home/u/p rw", "/home/u/.cache": "/home/u/.cache ro",
		}},
		{"by the name that is a link", silverblue, plain(project("/var/home/u/p"), wishes(ro("/home/u"))), map[string]string{
			"/home/u/p": "/var/home/u/p rw", "/home/u/.ssh": "/var/home/u/.ssh ro",
		}},
		{"a tmpfs above it", debian, plain(mine, wishes(tmpfs("/home/u"), tmpfs("/home"))), map[string]string{"/home/u/p/main.go": "/home/u/p/main.go rw"}},
		{"the project itself, read-only", debian, plain(mine, wishes(ro("/home/u/p"))), map[string]string{"/home/u/p": "/home/u/p ro"}},
		{"something in it", debian, plain(mine, wishes(roBind("/srv/f", "/home/u/p/main.go"))), map[string]string{
			"/home/u/p": "/home/u/p rw", "/home/u/p/main.go": "/srv/f ro",
		}},
		{"above, in and above", debian, plain(mine, wishes(ro("/home/u"), ro("/home/u/p/main.go"), ro("/home"))), map[string]string{
			"/home/u/p": "/home/u/p rw", "/home/other": "/home/other ro",
		}},
		{"all of the host", debian, plain(mine, wishes(roBind("/", "/"))), map[string]string{
			"/home/u/p": "/home/u/p rw", "/home/u/.ssh": "/home/u/.ssh ro", "/run/docker.sock": "/run/docker.sock ro", "/proc": "proc",
		}},
	})
}

func TestPlacesThatHaveToBeMade(t *testing.T) {
	seeAll(t, []view{
		{"in a private directory", debian, plain(wishes(bind("/srv/x", "/home/u/a/b"), roBind("/srv/f", "/tmp/a/f"), dir("/run/a/b"))), map[string]string{
			"/home/u/a": "private", "/home/u/a/b": "/srv/x rw", "/tmp/a/f": "/srv/f ro", "/run/a/b": "private",
		}},
		{"in the root", debian, plain(wishes(bind("/srv/x", "/work"), dir("/a/b/c"), tmpfs("/cache/go"))), map[string]string{
			"/work/y": "/srv/x/y rw", "/a/b/c": "private", "/cache/go": "private",
		}},
		{"by a target with dots", debian, plain(wishes(bind("/srv/x", "/../home/./u/../u/new"), tmpfs("/tmp/../../etc/ssl"))), map[string]string{
			"/home/u/new": "/srv/x rw", "/etc/ssl": "private", "/tmp": "private",
		}},
		{"in a tmpfs", debian, plain(wishes(tmpfs("/srv"), bind("/opt", "/srv/a/b"))), map[string]string{"/srv/a": "private", "/srv/a/b": "/opt rw", "/srv/x": "nothing"}},
		{"in a read-only directory, which is opened up", debian, plain(wishes(bind("/opt", "/srv/new"))), map[string]string{
			"/srv/new": "/opt rw", "/srv/x/y": "/srv/x/y ro", "/srv/f": "/srv/f ro",
		}},
		{"which keeps its links", debian, plain(wishes(dir("/etc/alternatives/new/d"))), map[string]string{
			"/etc/alternatives/vi": "/usr/bin/vim ro", "/etc/alternatives/new/d": "private", "/etc/ssl": "/etc/ssl ro",
		}},
		{"and what was placed in it before", debian, plain(wishes(rw("/srv/x/y"), dir("/srv/x/new"), dir("/srv/new"))), map[string]string{
			"/srv/x/new": "private", "/srv/new": "private", "/srv/x/y": "/srv/x/y rw", "/srv/f": "/srv/f ro",
		}},
		{"the project too", debian, plain(project("/srv/x/y"), wishes(dir("/srv/new"))), map[string]string{"/srv/x/y": "/srv/x/y rw", "/srv/x": "/srv/x ro"}},
		{"devices in /dev", debian.with("/dev/fuse"), plain(wishes(Mount{Source: "/dev/fuse", Target: "/dev/fuse", Devices: true})), map[string]string{"/dev/fuse": "/dev/fuse rw"}},
		{"the host's /sys instead of a fresh one", debian, plain(wishes(roBind("/sys", "/sys"))), map[string]string{"/sys/kernel": "/sys/kernel ro"}},
		{"a /dev of one's own", debian, plain(wishes(bind("/srv/x", "/dev"))), map[string]string{"/dev/y": "/srv/x/y rw", "/dev/null": "nothing"}},
	})
}

func TestOddNames(t *testing.T) {
	for _, name := range []string{"with blanks", "new\nline", "tab\t", "\xff\xfe", "#", `back\slash`, "ü", "...", "-rf", "*"} {
		host := layout("/srv/x/").with("/home/u/")
		host.add("/srv/"+name+"/f", "file")
		host.add("/srv/x/"+name, "-> ../"+name)
		host.add("/srv/x/file"+name, "file")
		see(t, host, plain(project("/srv/"+name), wishes(bind("/srv/x", "/home/u/"+name), dir("/srv/x/new"))), map[string]string{
			"/srv/" + name + "/f":       "/srv/" + name + "/f rw",
			"/srv/x/" + name + "/f":     "/srv/" + name + "/f rw",
			"/srv/x/file" + name:        "/srv/x/file" + name + " ro",
			"/home/u/" + name:           "/srv/x rw",
			"/home/u/" + name + "/gone": "nothing",
		})
	}
}

func TestOptionsOfABind(t *testing.T) {
	steps, err := Arrange(plain(wishes(
		Mount{Source: "/opt", Target: "/opt", Devices: true},
		Mount{Source: "/srv/f", Target: "/srv/f", ReadOnly: true},
		Mount{Kind: Tmpfs, Target: "/srv/x", Size: "1m"},
		Mount{Kind: Tmpfs, Target: "/mnt/t"},
	)), debian)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"opt":   `bind "/opt" from "/opt" dev`,
		"srv/f": `bind "/srv/f" from "/srv/f" ro walked`,
		"srv/x": `tmpfs "/srv/x" mode 755 size 1m walked`,
		"mnt/t": `tmpfs "/mnt/t" mode 755`,
	}
	for _, s := range steps {
		if w := want[s.Path]; w != "" && (s.Op == OpBind || s.Op == OpTmpfs) && s.line() != w {
			t.Errorf("got %s, want %s", s.line(), w)
		}
	}
}
