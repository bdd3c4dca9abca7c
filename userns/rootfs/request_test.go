package rootfs

import "strings"

// debian is a host of the usual kind.
var debian = layout(`
	/bin -> usr/bin
	/boot/vmlinuz
	/etc/passwd /etc/ssl/certs/ca.pem /etc/alternatives/vi -> /usr/bin/vim
	/home/u/.ssh/id_ed25519 /home/u/p/main.go /home/u/.cache/go/ /home/other/
	/lib -> usr/lib
	/lost+found/
	/media/ /mnt/disk/data
	/opt/
	/proc/sys/ /proc/sysrq-trigger /proc/irq/ /proc/bus/ /proc/fs/
	/root/.bashrc
	/run/user/1000/bus /run/docker.sock
	/srv/x/y/ /srv/f
	/sys/kernel/
	/tmp/t/
	/usr/bin/vim /usr/lib/libc.so
	/var/run -> /run
	/var/tmp/v/
	/var/lib/db`)

// silverblue has its homes below /var, and one directory for all that is
// temporary.
var silverblue = layout(`
	/home -> var/home
	/root -> var/roothome
	/mnt -> var/mnt
	/usr/bin/vim
	/tmp/t/
	/var/home/u/p/main.go /var/home/u/.ssh/
	/var/mnt/
	/var/roothome/
	/var/tmp -> ../tmp
	/var/run -> ../run
	/run/user/1000/`)

// plain is what a request has if nothing is asked for.
func plain(change ...func(*Request)) *Request {
	r := &Request{
		Root: "/", Hide: []string{"/home", "/root", "/mnt", "/media"},
		Homes: []string{"/home/u"}, Runtime: "/run/user/1000",
	}
	for _, c := range change {
		c(r)
	}
	return r
}

func project(dir string) func(*Request)     { return func(r *Request) { r.Project = dir } }
func wishes(mounts ...Mount) func(*Request) { return func(r *Request) { r.Mounts = mounts } }

// guarding holds names, each with how after a colon.
func guarding(names ...string) func(*Request) {
	return func(r *Request) {
		for _, n := range names {
			name, how, _ := strings.Cut(n, ":")
			r.Guards = append(r.Guards, Guard{name, Hold(how)})
		}
	}
}

func inRoot(dir string) func(*Request) {
	return func(r *Request) { r.Root, r.Hide, r.Homes = dir, nil, nil }
}
func ro(p string) Mount          { return Mount{Source: p, Target: p, ReadOnly: true, Flag: "--ro"} }
func rw(p string) Mount          { return Mount{Source: p, Target: p, Flag: "--rw"} }
func bind(from, to string) Mount { return Mount{Source: from, Target: to, Flag: "--bind"} }
func roBind(from, to string) Mount {
	return Mount{Source: from, Target: to, ReadOnly: true, Flag: "--ro-bind"}
}
func tmpfs(p string) Mount          { return Mount{Kind: Tmpfs, Target: p, Flag: "--tmpfs"} }
func dir(p string) Mount            { return Mount{Kind: Dir, Target: p, Flag: "--dir"} }
func symlink(to, p string) Mount    { return Mount{Kind: Link, Source: to, Target: p, Flag: "--symlink"} }
func try(m Mount) Mount             { m.Optional = true; return m }
func lines(steps []Step) (b string) { return strings.Join(each(steps), "\n") + "\n" }
func each(steps []Step) (list []string) {
	for _, s := range steps {
		list = append(list, s.line())
	}
	return list
}
