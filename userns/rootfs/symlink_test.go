package rootfs

import "testing"

// A link is followed when the view is composed, as the kernel will follow it
// inside. So it can lead a mount to another place in the view, and nowhere else.
func TestThroughLinks(t *testing.T) {
	to := func(target string, links ...Mount) *Request {
		return plain(wishes(append(links, bind("/opt", target))...))
	}
	seeAll(t, []view{
		{"of the host", debian.with("/srv/l -> x /srv/abs -> /srv/x /srv/up -> ../etc"), plain(wishes(
			bind("/opt", "/srv/l/y"), tmpfs("/srv/up/ssl"))), map[string]string{"/srv/x/y": "/opt rw", "/srv/abs/y": "/opt rw", "/etc/ssl": "private"}},
		{"absolute", debian, to("/tmp/l/new", symlink("/home/u", "/tmp/l")), map[string]string{"/home/u/new": "/opt rw", "/tmp/l/new": "/opt rw"}},
		{"relative", debian, to("/tmp/l/new", symlink("d", "/tmp/l"), dir("/tmp/d")), map[string]string{"/tmp/d/new": "/opt rw"}},
		{"upwards", debian, to("/tmp/d/l/new", dir("/tmp/d"), symlink("../../home", "/tmp/d/l")), map[string]string{"/home/new": "/opt rw"}},
		{"above the root", debian, to("/tmp/l/new", symlink("../../../../run", "/tmp/l")), map[string]string{"/run/new": "/opt rw"}},
		{"a chain", debian, to("/tmp/a/new", symlink("b", "/tmp/a"), symlink("/tmp/c", "/tmp/b"), symlink("/run", "/tmp/c")), map[string]string{"/run/new": "/opt rw"}},
		{"the last name", debian, to("/tmp/l", symlink("/home/u/new", "/tmp/l")), map[string]string{"/home/u/new": "/opt rw", "/tmp/l": "/opt rw"}},
		{"the last of several", debian, to("/tmp/l/y", symlink("/etc", "/tmp/l"), tmpfs("/tmp"), symlink("/srv/x", "/tmp/l")), map[string]string{"/srv/x/y": "/opt rw"}},
		{"to what isn't there", debian, to("/tmp/l/new", symlink("/nowhere", "/tmp/l")), map[string]string{"/nowhere/new": "/opt rw"}},
	})
}

// Whether these are refused or granted, they mustn't show or change anything of
// the host's.
func TestLinksInPlaceOfSomething(t *testing.T) {
	for _, c := range []struct {
		name string
		link Mount
		want map[string]string
	}{
		{"of /tmp, which is /var/tmp too", symlink("/home/u", "/tmp"), map[string]string{"/var/tmp/.ssh": "nothing"}},
		{"of /tmp, to what is hidden", symlink("/mnt/disk", "/tmp"), map[string]string{"/var/tmp/data": "nothing"}},
		{"of a file of the host", symlink("/tmp/x", "/etc/passwd"), map[string]string{"/etc/passwd": "nothing"}},
		{"of a directory of the host", symlink("/tmp/x", "/srv/x"), map[string]string{"/srv/x": "nothing"}},
		{"of what was bound", symlink("/tmp/x", "/opt"), map[string]string{"/opt": "nothing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := plain(wishes(rw("/opt"), c.link)); refused(r, debian) == "" {
				see(t, debian, r, c.want)
			}
		})
	}
}

func refused(r *Request, host machine) string {
	if _, err := Arrange(r, host); err != nil {
		return err.Error()
	}
	return ""
}

func TestLinksThatLeadNowhere(t *testing.T) {
	loop := "too many symbolic links on the way"
	for _, c := range []struct {
		name string
		host machine
		r    *Request
	}{
		{"to itself", debian, plain(wishes(symlink("l", "/tmp/l"), bind("/opt", "/tmp/l/x")))},
		{"to each other", debian, plain(wishes(symlink("/tmp/b", "/tmp/a"), symlink("/tmp/a", "/tmp/b"), tmpfs("/tmp/b")))},
		{"on the host", debian.with("/srv/l -> m /srv/m -> l"), plain(wishes(bind("/opt", "/srv/l/x")))},
	} {
		_, err := Arrange(c.r, c.host)
		if err == nil || err.(*Error).Reason != loop {
			t.Errorf("%s: got %v, want %q", c.name, err, loop)
		}
	}
}
