// Package cgroupv2 bounds, freezes, ends and measures groups of processes, for an
// ordinary user, with what systemd and the kernel delegate to one.
package cgroupv2
