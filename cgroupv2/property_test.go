package cgroupv2

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	sd "github.com/coreos/go-systemd/v22/dbus"
	"github.com/godbus/dbus/v5"
)

// samples are properties as typed, and what goes over D-Bus: name, signature, value. The
// values are those of systemd-run 252, see property_bed_test.go.
var samples = []struct{ typed, bus string }{
	{"CPUQuota=50%", "CPUQuotaPerSecUSec t 500000"},
	{"CPUQuota=250%", "CPUQuotaPerSecUSec t 2500000"},
	{"CPUQuota=33.33%", "CPUQuotaPerSecUSec t 333300"},
	{"CPUQuota=0.1%", "CPUQuotaPerSecUSec t 1000"},
	{"CPUQuota=12.5‰", "CPUQuotaPerSecUSec t 12500"},
	{"CPUQuota=125‱", "CPUQuotaPerSecUSec t 12500"},
	{"CPUQuotaPeriodSec=10ms", "CPUQuotaPeriodUSec t 10000"},
	{"CPUQuotaPeriodSec=1", "CPUQuotaPeriodUSec t 1000000"},
	{"CPUWeight=300", "CPUWeight t 300"},
	{"CPUWeight=idle", "CPUWeight t 0"},
	{"StartupCPUWeight=10000", "StartupCPUWeight t 10000"},
	{"StartupCPUWeight=idle", "StartupCPUWeight t 0"},
	{"AllowedCPUs=0", "AllowedCPUs ay [1 0 0 0 0 0 0 0]"},
	{"AllowedCPUs=0-3,7", "AllowedCPUs ay [143 0 0 0 0 0 0 0]"},
	{"AllowedCPUs=7 0-3, 2", "AllowedCPUs ay [143 0 0 0 0 0 0 0]"},
	{"AllowedCPUs=64", "AllowedCPUs ay [0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0]"},
	{"StartupAllowedCPUs=1", "StartupAllowedCPUs ay [2 0 0 0 0 0 0 0]"},
	{"AllowedMemoryNodes=0-1", "AllowedMemoryNodes ay [3 0 0 0 0 0 0 0]"},
	{"StartupAllowedMemoryNodes=0", "StartupAllowedMemoryNodes ay [1 0 0 0 0 0 0 0]"},

	{"MemoryMax=512M", "MemoryMax t 536870912"},
	{"MemoryMax=1000000000", "MemoryMax t 1000000000"},
	{"MemoryMax=1.5G", "MemoryMax t 1610612736"},
	{"MemoryMax=1G 512M", "MemoryMax t 1610612736"},
	{"MemoryMax=1.1G", "MemoryMax t 1181116006"},
	{"MemoryMax=010M", "MemoryMax t 10485760"},
	{"MemoryMax=16777215T", "MemoryMax t 18446742974197923840"},
	{"MemoryMax=20%", "MemoryMaxScale u 858993459"},
	{"MemoryMax=33.33%", "MemoryMaxScale u 1431512599"},
	{"MemoryMax=100%", "MemoryMaxScale u 4294967295"},
	{"MemoryMax=infinity", "MemoryMax t 18446744073709551615"},
	{"MemoryHigh=20%", "MemoryHighScale u 858993459"},
	{"MemoryHigh=100M", "MemoryHigh t 104857600"},
	{"MemorySwapMax=infinity", "MemorySwapMax t 18446744073709551615"},
	{"MemorySwapMax=0", "MemorySwapMax t 0"},
	{"MemorySwapMax=10%", "MemorySwapMaxScale u 429496730"},
	{"MemoryZSwapMax=64M", "MemoryZSwapMax t 67108864"},
	{"MemoryZSwapMax=5%", "MemoryZSwapMaxScale u 214748365"},
	{"MemoryZSwapWriteback=no", "MemoryZSwapWriteback b false"},
	{"MemoryMin=64M", "MemoryMin t 67108864"},
	{"MemoryMin=1%", "MemoryMinScale u 42949673"},
	{"MemoryLow=64M", "MemoryLow t 67108864"},
	{"MemoryLow=infinity", "MemoryLow t 18446744073709551615"},
	{"MemoryLow=2%", "MemoryLowScale u 85899346"},
	{"StartupMemoryLow=64M", "StartupMemoryLow t 67108864"},
	{"StartupMemoryHigh=64M", "StartupMemoryHigh t 67108864"},
	{"StartupMemoryMax=64M", "StartupMemoryMax t 67108864"},
	{"StartupMemorySwapMax=0", "StartupMemorySwapMax t 0"},
	{"StartupMemoryZSwapMax=64M", "StartupMemoryZSwapMax t 67108864"},

	{"TasksMax=100", "TasksMax t 100"},
	{"TasksMax=infinity", "TasksMax t 18446744073709551615"},
	{"TasksMax=10%", "TasksMaxScale u 429496730"},

	{"IOWeight=200", "IOWeight t 200"},
	{"StartupIOWeight=20", "StartupIOWeight t 20"},
	{"IODeviceWeight=/dev/sda 300", "IODeviceWeight a(st) [{/dev/sda 300}]"},
	{"IOReadBandwidthMax=/dev/sda 1M", "IOReadBandwidthMax a(st) [{/dev/sda 1000000}]"},
	{"IOReadBandwidthMax=/etc/passwd  1.5G", "IOReadBandwidthMax a(st) [{/etc/passwd 1500000000}]"},
	{"IOWriteBandwidthMax=/dev/sda infinity", "IOWriteBandwidthMax a(st) [{/dev/sda 18446744073709551615}]"},
	{"IOReadIOPSMax=/dev/sda 1K", "IOReadIOPSMax a(st) [{/dev/sda 1000}]"},
	{"IOWriteIOPSMax=/dev/sda 100", "IOWriteIOPSMax a(st) [{/dev/sda 100}]"},
	{"IODeviceLatencyTargetSec=/dev/sda 25ms", "IODeviceLatencyTargetUSec a(st) [{/dev/sda 25000}]"},

	{"CPUAccounting=yes", "CPUAccounting b true"},
	{"MemoryAccounting=on", "MemoryAccounting b true"},
	{"IOAccounting=TRUE", "IOAccounting b true"},
	{"TasksAccounting=0", "TasksAccounting b false"},

	{"ManagedOOMSwap=kill", "ManagedOOMSwap s kill"},
	{"ManagedOOMMemoryPressure=kill", "ManagedOOMMemoryPressure s kill"},
	{"ManagedOOMMemoryPressureLimit=60%", "ManagedOOMMemoryPressureLimit u 2576980377"},
	{"ManagedOOMMemoryPressureDurationSec=30s", "ManagedOOMMemoryPressureDurationUSec t 30000000"},
	{"ManagedOOMPreference=avoid", "ManagedOOMPreference s avoid"},
	{"CoredumpReceive=yes", "CoredumpReceive b true"},

	{"Slice=background.slice", "Slice s background.slice"},
	{"RuntimeMaxSec=1h 30min", "RuntimeMaxUSec t 5400000000"},
	{"RuntimeMaxSec=infinity", "RuntimeMaxUSec t 18446744073709551615"},
	{"RuntimeRandomizedExtraSec=1.5s", "RuntimeRandomizedExtraUSec t 1500000"},
	{"TimeoutStopSec=90", "TimeoutStopUSec t 90000000"},
	{"OOMPolicy=kill", "OOMPolicy s kill"},
	{"OOMPolicy=stop", "OOMPolicy s stop"},
	{"KillMode=mixed", "KillMode s mixed"},
	{"KillSignal=SIGINT", "KillSignal i 2"},
	{"KillSignal=HUP", "KillSignal i 1"},
	{"KillSignal=12", "KillSignal i 12"},
	{"SendSIGHUP=yes", "SendSIGHUP b true"},
}

func TestParseProperty(t *testing.T) {
	tried := map[string]bool{}
	for _, c := range samples {
		p, err := ParseProperty(c.typed)
		if err != nil {
			t.Errorf("%s: %v: %s", c.typed, err, err.(*Error).Why)
			continue
		}
		if p.String() != c.typed {
			t.Errorf("%s became %s", c.typed, p)
		}
		if got := onBus(p); got != c.bus {
			t.Errorf("%s is %s on D-Bus, want %s", c.typed, got, c.bus)
		}
		tried[p.Name] = true
	}
	for _, k := range kinds {
		if !tried[k.name] {
			t.Errorf("%s is in no sample", k.name)
		}
		if _, err := ParseProperty(k.example()); err != nil {
			t.Errorf("the advice %s: %v", k.example(), err)
		}
		if _, ok := refusalOf(k.name); ok {
			t.Errorf("%s is refused as well", k.name)
		}
	}
}

func onBus(p Property) string {
	var list []string
	for _, b := range p.bus {
		list = append(list, fmt.Sprintf("%s %s %v", b.Name, b.Value.Signature(), b.Value.Value()))
	}
	return strings.Join(list, "; ")
}

func TestParsePropertyRefuses(t *testing.T) {
	for _, c := range []struct{ typed, why, fix string }{
		{"", "a name and a value", "NAME=VALUE"},
		{"MemoryMax", "a name and a value", "NAME=VALUE"},
		{"=512M", "a name and a value", "NAME=VALUE"},
		{"MemoryMax=", "no value", "MemoryMax=512M"},
		{"Memory\nMax=1", "characters", "one line"},
		{"Slice=\xff.slice", "characters", "UTF-8"},
		{"Slice=a\u0085.slice", "characters", "UTF-8"},

		{"CPUQuota=50", "no percentage", "CPUQuota=50%"},
		{"CPUQuota=-5%", "no percentage", ""},
		{"CPUQuota=+5%", "no percentage", ""},
		{"CPUQuota=010%", "no percentage", ""},
		{"CPUQuota=1.234%", "no percentage", ""},
		{"CPUQuota=1.%", "no percentage", ""},
		{"CPUQuota=.5%", "no percentage", ""},
		{"CPUQuota=1.5‱", "no percentage", ""},
		{"CPUQuota=21474837%", "no percentage", ""},
		{"CPUQuota=infinity", "no percentage", ""},
		{"CPUQuota=0%", "1 ms in a second", "0.1%"},
		{"CPUQuota=0.09%", "1 ms in a second", "0.1%"},
		{"CPUQuotaPeriodSec=0.9ms", "from 1 ms to 1 s", ""},
		{"CPUQuotaPeriodSec=1001ms", "from 1 ms to 1 s", ""},
		{"CPUQuotaPeriodSec=infinity", "from 1 ms to 1 s", ""},
		{"CPUQuotaPeriodSec=soon", "no time", ""},
		{"CPUWeight=0", "no weight", "1 to 10000"},
		{"CPUWeight=10001", "no weight", "idle"},
		{"CPUWeight=010", "no weight", ""},
		{"AllowedCPUs=a", "no list", "0-3,7"},
		{"AllowedCPUs=3-1", "no list", ""},
		{"AllowedCPUs=010", "no list", ""},
		{"AllowedCPUs=0-8192", "no list", "8191"},
		{"AllowedCPUs=,", "no list", ""},
		{"AllowedCPUs=0-1-2", "no list", ""},

		{"MemoryMax=0", "no amount", "infinity"},
		{"MemoryMax=0%", "no amount", ""},
		{"MemoryMax=101%", "no amount", ""},
		{"MemoryMax=512MB", "no amount", "K, M, G"},
		{"MemoryMax=512MiB", "no amount", ""},
		{"MemoryMax=512m", "no amount", ""},
		{"MemoryMax=-1", "no amount", ""},
		{"MemoryMax=1M1G", "no amount", ""},
		{"MemoryMax=99999999999999999999", "no amount", ""},
		{"MemoryMax=16777216T", "no amount", ""},
		{"MemoryZSwapWriteback=maybe", "neither yes nor no", "MemoryZSwapWriteback=no"},
		{"StartupMemoryMax=50%", "no percentage for it", ""},

		{"TasksMax=0", "no number of tasks", ""},
		{"TasksMax=010", "no number of tasks", ""},
		{"TasksMax=1K", "no number of tasks", ""},
		{"TasksMax=100%", "less than 100%", "infinity"},
		{"TasksMax=0%", "more than 0%", ""},

		{"IOWeight=idle", "no weight", ""},
		{"IODeviceWeight=/dev/sda", "no device and value", "'IODeviceWeight=/dev/sda 50'"},
		{"IODeviceWeight=/dev/sda 0", "no weight", ""},
		{"IOReadBandwidthMax=sda 1M", "absolute paths", ""},
		{"IOReadBandwidthMax=/dev/../sda 1M", "absolute paths", ""},
		{"IOReadBandwidthMax=/dev/sda 0", "altogether", ""},
		{"IOReadBandwidthMax=/dev/sda fast", "no amount per second", ""},
		{"IODeviceLatencyTargetSec=/dev/sda 0", "no time", ""},

		{"Slice=background", "no name of a slice", ".slice"},
		{"RuntimeMaxSec=0", "end at once", ""},
		{"TimeoutStopSec=-1", "no time", ""},
		{"OOMPolicy=die", "none of its values", "continue, stop, kill"},
		{"KillMode=none", "none of its values", "control-group, mixed"},
		{"KillSignal=SIGNAL", "no signal", "SIGINT"},
		{"KillSignal=65", "no signal", ""},
		{"KillSignal=0", "no signal", ""},
		{"ManagedOOMMemoryPressureLimit=200%", "up to 100%", ""},

		{"IPAddressDeny=any", "BPF", "no network"},
		{"SocketBindDeny=any", "BPF", "no network"},
		{"DeviceAllow=/dev/fuse", "BPF", "--dev-bind"},
		{"DevicePolicy=closed", "BPF", ""},
		{"IPAccounting=yes", "BPF", "leave it out"},
		{"NFTSet=cgroup:inet:f:s", "root's systemd", ""},
		{"CPUShares=100", "cgroup v1", "CPUWeight="},
		{"MemoryLimit=1G", "cgroup v1", "MemoryMax="},
		{"BlockIOReadBandwidth=/dev/sda 1M", "cgroup v1", "IOReadBandwidthMax="},
		{"DefaultMemoryLow=1G", "in a slice", "MemoryLow="},
		{"DisableControllers=memory", "takes the limits away", ""},
		{"Delegate=no", "snug sets it itself", ""},
		{"Description=x", "snug sets it itself", ""},
		{"PIDs=1", "snug sets it itself", ""},
		{"User=root", "somebody else", ""},
		{"CPUQuotaPerSecUSec=1", "D-Bus", "CPUQuota="},

		{"memorymax=1G", "no property of that name", "did you mean MemoryMax?"},
		{"MemoryMaks=1G", "no property of that name", "did you mean MemoryMax?"},
		{"TaskMax=1", "no property of that name", "did you mean TasksMax?"},
		{"AllowedCPU=1", "no property of that name", "did you mean AllowedCPUs?"},
		{"RuntimeMaxUSec=1", "no property of that name", "did you mean RuntimeMaxSec?"},
		{"NoNewPrivileges=yes", "no property of that name", "systemd.exec"},
		{strings.Repeat("x", 1000) + "=1", "no property of that name", "man"},
	} {
		_, err := ParseProperty(c.typed)
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, ErrInvalid) {
			t.Errorf("%.40q: got %v, want an *Error that is ErrInvalid", c.typed, err)
			continue
		}
		if !strings.Contains(e.Why, c.why) || !strings.Contains(e.Fix, c.fix) && !strings.Contains(e.Why, c.fix) {
			t.Errorf("%.40q: %s: why %q, fix %q; want %q and %q", c.typed, e, e.Why, e.Fix, c.why, c.fix)
		}
		checkLines(t, e)
	}
}

// checkLines: an error is one line, and so are its cause and what to do.
func checkLines(t *testing.T, e *Error) {
	t.Helper()
	for _, line := range []string{e.Error(), e.Why, e.Fix} {
		if line == "" || len(line) > 600 || !plainText(line) {
			t.Errorf("%q is no line of an error", line)
		}
	}
}

func FuzzParseProperty(f *testing.F) {
	for _, c := range samples {
		f.Add(c.typed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseProperty(s)
		if err != nil {
			checkLines(t, err.(*Error))
			return
		}
		if p.String() != s || len(p.bus) == 0 {
			t.Errorf("%q became %q, %v on D-Bus", s, p, p.bus)
		}
		checkEncodable(t, p)
		for _, h := range p.held {
			h.holds("")
			h.holds(s)
		}
	})
}

// checkEncodable has the properties make the way to the bus and back.
func checkEncodable(t *testing.T, p Property) {
	t.Helper()
	m := &dbus.Message{Type: dbus.TypeMethodCall, Body: []any{p.bus}, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldPath: dbus.MakeVariant(dbus.ObjectPath("/")), dbus.FieldMember: dbus.MakeVariant("Set"),
		dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(p.bus)),
	}}
	var wire strings.Builder
	if err := m.EncodeTo(&wire, binary.LittleEndian); err != nil {
		t.Fatalf("%s: %v", p, err)
	}
	back, err := dbus.DecodeMessage(strings.NewReader(wire.String()))
	if err != nil {
		t.Fatalf("%s: %v", p, err)
	}
	var list []sd.Property
	if err := dbus.Store(back.Body, &list); err != nil || len(list) != len(p.bus) {
		t.Fatalf("%s came back as %v: %v", p, back.Body, err)
	}
	for i, b := range list {
		if b.Name != p.bus[i].Name || b.Value.Signature() != p.bus[i].Value.Signature() {
			t.Errorf("%s came back as %v", p, b)
		}
	}
}
