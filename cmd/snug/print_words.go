package main

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/profile"
)

// Words that several peers are told alike.

// wrapped adds the command, with what has to be done inside by programs of its own: the
// peers know neither resource limits nor a time limit.
func (p *peer) wrapped(plan *userns.Plan) {
	if len(plan.Rlimits) > 0 {
		words := []string{"prlimit"}
		for _, l := range plan.Rlimits {
			words = append(words, "--"+l.Name+"="+rlimitWord(l.Soft)+":"+rlimitWord(l.Hard))
		}
		p.add(append(words, "--")...)
	}
	if plan.Timeout > 0 {
		p.add("timeout", "--signal="+signalWord(plan.StopSignal), "--kill-after="+secondsWord(plan.StopTimeout), secondsWord(plan.Timeout))
	}
	p.add(plan.Args...)
}

func rlimitWord(n uint64) string {
	if n == userns.Unlimited {
		return "unlimited"
	}
	return strconv.FormatUint(n, 10)
}

// secondsWord is a time as timeout(1) and systemd take it.
func secondsWord(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
}

func signalWord(s unix.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return strings.TrimPrefix(name, "SIG")
	}
	return strconv.Itoa(int(s))
}

// cutVariable cuts at the first = that isn't the first byte, as the shells do.
func cutVariable(kv string) (key, value string) {
	if i := strings.IndexByte(kv, '='); i > 0 {
		return kv[:i], kv[i+1:]
	}
	return kv, ""
}

// environment has the command start from the plan's variables and nothing else. A word
// that no variable could be follows: env would take a command with = in it for one.
func (p *peer) environment(plan *userns.Plan) {
	p.add("env", "-i")
	for _, kv := range plan.Env {
		p.add(kv)
	}
}

func octal(mode uint32) string { return "0" + strconv.FormatUint(uint64(mode), 8) }

// tmpfsBytes is a size of tmpfs(5) in bytes, or "" for a share of memory.
func tmpfsBytes(s string) string {
	if n, ok := profile.Size(s); ok && !strings.HasSuffix(s, "%") && n != userns.Unlimited {
		return strconv.FormatUint(n, 10)
	}
	return ""
}

// scopeFor puts systemd-run in front of a peer that knows no cgroups.
func scopeFor(p *peer, plan *userns.Plan) {
	c, ok := plan.Cgroup.(*cage)
	if !ok {
		return
	}
	p.add("systemd-run", "--user", "--scope", "--quiet", "--collect")
	p.scopeProperties(c)
	p.add("--")
	p.lack("a limit that systemd can't hold is not an error: systemd-run doesn't look")
}

// scopeProperties are the limits as properties of systemd's.
func (p *peer) scopeProperties(c *cage) {
	for _, line := range c.opts.Limits.Lines() {
		file, value, _ := strings.Cut(line, " ")
		list := systemdLimit(file, value)
		for _, property := range list {
			p.add("-p", property)
		}
		p.lackIf(list == nil, "no property of systemd's stands for "+line)
	}
	for _, property := range c.opts.Properties {
		p.add("-p", property.String())
	}
}

// systemdLimit is an interface file of a cgroup and its value as properties.
func systemdLimit(file, value string) []string {
	plainNames := map[string]string{"memory.max": "MemoryMax", "memory.high": "MemoryHigh", "memory.swap.max": "MemorySwapMax",
		"pids.max": "TasksMax", "cpu.weight": "CPUWeight", "cpuset.cpus": "AllowedCPUs"}
	if name := plainNames[file]; name != "" {
		return []string{name + "=" + strings.Replace(value, "max", "infinity", 1)}
	}
	words := strings.Fields(value)
	switch {
	case file == "memory.oom.group":
		return []string{"OOMPolicy=kill"}
	case file == "io.weight" && len(words) > 0:
		return []string{"IOWeight=" + words[len(words)-1]}
	case file == "cpu.max" && len(words) == 2:
		quota, err := strconv.ParseFloat(words[0], 64)
		period, err2 := strconv.ParseFloat(words[1], 64)
		if err == nil && err2 == nil && period > 0 {
			return []string{"CPUQuota=" + strconv.FormatFloat(100*quota/period, 'f', -1, 64) + "%"}
		}
	case file == "io.max" && len(words) > 1:
		return ioProperties(words[0], words[1:])
	}
	return nil
}

// ioProperties is a line of io.max: systemd has a property for each key.
func ioProperties(device string, keys []string) (list []string) {
	names := map[string]string{"rbps": "IOReadBandwidthMax", "wbps": "IOWriteBandwidthMax", "riops": "IOReadIOPSMax", "wiops": "IOWriteIOPSMax"}
	for _, kv := range keys {
		key, value, _ := strings.Cut(kv, "=")
		if names[key] == "" {
			return nil
		}
		if value != "max" {
			list = append(list, names[key]+"=/dev/block/"+device+" "+value)
		}
	}
	return list
}
