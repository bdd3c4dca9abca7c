package main

import "encoding/json"

// ociConfig is config.json of the OCI runtime specification 1.0.2, as far as a Plan fills
// it in (https://github.com/opencontainers/runtime-spec, config.md and config-linux.md).
type ociConfig struct {
	Version  string     `json:"ociVersion"`
	Process  ociProcess `json:"process"`
	Root     ociRoot    `json:"root"`
	Hostname string     `json:"hostname,omitempty"`
	Mounts   []ociMount `json:"mounts"`
	Linux    ociLinux   `json:"linux"`
}

type ociProcess struct {
	Terminal   bool        `json:"terminal"`
	User       ociUser     `json:"user"`
	Args       []string    `json:"args"`
	Env        []string    `json:"env"`
	Cwd        string      `json:"cwd"`
	Caps       ociCaps     `json:"capabilities"`
	Rlimits    []ociRlimit `json:"rlimits,omitempty"`
	NoNewPrivs bool        `json:"noNewPrivileges"`
}

type ociUser struct {
	UID uint32 `json:"uid"`
	GID uint32 `json:"gid"`
}

type ociCaps struct {
	Bounding    []string `json:"bounding"`
	Effective   []string `json:"effective"`
	Permitted   []string `json:"permitted"`
	Inheritable []string `json:"inheritable"`
	Ambient     []string `json:"ambient"`
}

type ociRlimit struct {
	Type string `json:"type"` // RLIMIT_NOFILE
	Soft uint64 `json:"soft"`
	Hard uint64 `json:"hard"`
}

type ociRoot struct {
	Path     string `json:"path"` // relative to the bundle
	ReadOnly bool   `json:"readonly"`
}

type ociMount struct {
	Destination string   `json:"destination"`
	Type        string   `json:"type"`
	Source      string   `json:"source"`
	Options     []string `json:"options"`
}

type ociLinux struct {
	UIDs        []ociExtent     `json:"uidMappings"`
	GIDs        []ociExtent     `json:"gidMappings"`
	Namespaces  []ociNamespace  `json:"namespaces"`
	Resources   *ociResources   `json:"resources,omitempty"`
	Seccomp     json.RawMessage `json:"seccomp,omitempty"`
	Masked      []string        `json:"maskedPaths,omitempty"`
	ReadOnly    []string        `json:"readonlyPaths,omitempty"`
	Propagation string          `json:"rootfsPropagation"`
}

type ociExtent struct {
	Inner uint32 `json:"containerID"`
	Outer uint32 `json:"hostID"`
	Count uint32 `json:"size"`
}

type ociNamespace struct {
	Type string `json:"type"`
}

// ociResources are limits; amounts in bytes, times in microseconds.
type ociResources struct {
	Memory  *ociMemory        `json:"memory,omitempty"`
	CPU     *ociCPU           `json:"cpu,omitempty"`
	PIDs    *ociPIDs          `json:"pids,omitempty"`
	Unified map[string]string `json:"unified,omitempty"` // interface files of cgroup v2
}

type ociMemory struct {
	Limit int64 `json:"limit,omitempty"`
	Swap  int64 `json:"swap,omitempty"` // memory and swap together
}

type ociCPU struct {
	Quota  int64  `json:"quota,omitempty"`
	Period uint64 `json:"period,omitempty"`
	Cpus   string `json:"cpus,omitempty"`
}

type ociPIDs struct {
	Limit int64 `json:"limit"`
}
