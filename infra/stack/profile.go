package stack

import "strings"

// Profile is what differs between a stack to try things in and one to keep.
// Options change it: see context.go.
type Profile struct {
	Name    string            // of the stage, and so the first part of every path
	Stack   string            // the stack's name
	Tags    map[string]string // of all resources
	Keep    bool              // what holds data outlives the stack, and the table refuses to be deleted
	LogDays int               // how long logs are kept

	TableName, BucketName, SecretName string // "": CloudFormation makes one

	RequestsPerSecond     int            // of the whole API, unless a deployment says otherwise
	Reserved, Provisioned map[string]int // environments by function: at most, and always
	Tracing               bool           // by X-Ray
	AccessLogs            string         // one of the words below

	FunctionURL  bool // an address of its own for chat
	Domain       Domain
	FirewallRate int // requests of one address in five minutes; 0: no firewall
	Network      Network

	Key                   bool // a key of the stack's own encrypts all it keeps
	WarmReads, WarmWrites int  // units a second that the table can take at once; 0: as DynamoDB likes

	Alarms                 bool
	AlarmEmail, AlarmTopic string // who is told; "": nobody
	Dashboard              bool
}

// What AccessLogs may be. API Gateway writes logs with one role for all APIs of
// an account in a region, so who has set one may not want another.
const (
	logsWithRole = "role"     // with a role of this stack's, which stays when the stack goes
	logsExisting = "existing" // with the role that the account has
	logsOff      = "off"
)

// Domain is an address of the operator's own.
type Domain struct{ Name, Certificate, BasePath, HostedZone string }

// Network is where in a VPC functions run.
type Network struct{ Subnets, SecurityGroups []string }

// front is the function that may have a URL: nearly all calls are its.
const front = "chat"

// Profiles lists the profiles that there are. An idle dev costs the secret and
// next to nothing else.
func Profiles() []Profile {
	return []Profile{
		{
			Name: "dev", Stack: "tollgate-dev", LogDays: 7, RequestsPerSecond: 200, Tracing: true, AccessLogs: logsWithRole,
		},
		{
			Name: "prod", Stack: "tollgate-prod", Keep: true, LogDays: 30, RequestsPerSecond: 200, Tracing: true, AccessLogs: logsWithRole,
			WarmReads: 12_000, WarmWrites: 4_000, Alarms: true, Dashboard: true,
		},
	}
}

// kept says of a resource whether it outlives its stack.
func (p Profile) kept(resource object) object {
	policy := "Delete"
	if p.Keep {
		policy = "Retain"
	}
	resource["DeletionPolicy"], resource["UpdateReplacePolicy"] = policy, policy
	return resource
}

// invoked is the ARN of what is called of a function: where environments are
// kept ready, the alias that they are behind.
func (p Profile) invoked(function string) object {
	if p.Provisioned[function] > 0 {
		return ref(logicalID(function) + "Alias")
	}
	return attribute(logicalID(function)+"Function", "Arn")
}

// invokedText is the same inside of a text for Fn::Sub.
func (p Profile) invokedText(function string) string {
	if p.Provisioned[function] > 0 {
		return "${" + logicalID(function) + "Alias}"
	}
	return "${" + logicalID(function) + "Function.Arn}"
}

// logicalID is a function's name as the first part of its resources' ids.
func logicalID(function string) string { return strings.ToUpper(function[:1]) + function[1:] }
