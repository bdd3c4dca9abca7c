package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// withRuntime shows what an OCI runtime costs: crun without root and without cgroups, on a
// bundle that holds nothing but the target.
//
// crun refuses a machine on which cgroup v1 and v2 are mixed even when told to leave cgroups
// alone, so there this part sees version 2 only. It is optional all the same: it depends
// on more than a benchmark should.
func withRuntime(s setup) ([]table, error) {
	r, err := newRunner()
	if err != nil {
		return nil, err
	}
	if err := onlyCgroup2(); err != nil {
		return nil, err
	}
	if err := becomeOrdinary(); err != nil {
		return nil, err
	}
	crun, err := s.crun()
	if err != nil {
		return nil, err
	}
	all := interleave(r, []contestant{s.bwrap(self, s.tiny), s.snugRun(self, s.tiny), crun}, s.rounds)
	return []table{timeTable("command, beside an OCI runtime", "Microseconds from fork to exit, one user namespace deeper.", all)}, nil
}

func onlyCgroup2() error {
	const at, unified = "/sys/fs/cgroup", "/sys/fs/cgroup/unified"
	if _, err := os.Stat(unified); err != nil {
		return nil
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make / private: %w", err)
	}
	if err := unix.Mount(unified, at, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("bind %s on %s: %w", unified, at, err)
	}
	return nil
}

// crun makes a bundle and a contestant that runs it.
func (s setup) crun() (contestant, error) {
	bundle := filepath.Join(s.dir, "bundle")
	state := filepath.Join(s.dir, "state")
	if err := os.MkdirAll(filepath.Join(bundle, "rootfs"), 0o755); err != nil {
		return contestant{}, err
	}
	if _, err := makeTarget(filepath.Join(bundle, "rootfs")); err != nil {
		return contestant{}, err
	}
	config, err := json.Marshal(ociConfig("/" + filepath.Base(s.tiny)))
	if err != nil {
		return contestant{}, err
	}
	return contestant{name: "crun", optional: true, argv: []string{look("crun"), "--root", state,
		"--cgroup-manager=disabled", "run", "--bundle", bundle, "bench"},
	}, os.WriteFile(filepath.Join(bundle, "config.json"), config, 0o600)
}

// object is a JSON object: the format has many more fields than a benchmark wants to name.
type object map[string]any

func ociConfig(target string) object {
	id := func(host int) []object { return []object{{"containerID": 0, "hostID": host, "size": 1}} }
	return object{
		"ociVersion": "1.0.2",
		"root":       object{"path": "rootfs", "readonly": true},
		"process": object{
			"args": []string{target}, "cwd": "/", "noNewPrivileges": true,
			"user": object{"uid": 0, "gid": 0}, "env": []string{"PATH=/"},
		},
		"mounts": []object{
			{"destination": "/proc", "type": "proc", "source": "proc"},
			{"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": []string{"nosuid", "mode=755"}},
			{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": []string{"nosuid", "nodev"}},
		},
		"linux": object{
			"uidMappings": id(os.Getuid()), "gidMappings": id(os.Getgid()),
			"namespaces": []object{{"type": "user"}, {"type": "mount"}, {"type": "pid"},
				{"type": "ipc"}, {"type": "uts"}, {"type": "network"}},
		},
	}
}
