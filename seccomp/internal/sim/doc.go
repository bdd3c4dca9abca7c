// Package sim runs seccomp filters without a kernel, so that a test can ask one about a
// million calls of every architecture in a second.
//
// # Theory of operation
//
// A filter is a program of classic BPF with one register, which looks at a struct
// seccomp_data and returns what to do. [Run] steps through it as the kernel's interpreter
// does; it knows the instructions that package seccomp writes, and takes any other for an
// error, as well as whatever the kernel refuses when a filter is installed ([Check]).
//
// The kernel has seccomp_data in its own byte order. [Data] doesn't lie in memory like
// that: it is asked for the 32 bits at an offset as a kernel of one or the other order would
// have them there, so that the filters of s390x can be tried on a PC.
package sim
