// The stacks as the Go program writes them, and as the CDK's own library reads
// them.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { App, DefaultStackSynthesizer, Stack, Validations } from 'aws-cdk-lib'
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include'
import { AwsSolutionsChecks } from 'cdk-nag'

const root = new URL('../..', import.meta.url).pathname

// synthesized is the cloud assembly for a context. Templates do not depend on
// what the zips hold, so these hold next to nothing.
export function synthesized(context) {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'))
  try {
    for (const name of readdirSync(join(root, 'functions'))) {
      mkdirSync(join(folder, 'zips', name), { recursive: true })
      writeFileSync(join(folder, 'zips', name, 'function.zip'), name)
    }
    const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) }
    execFileSync('go', ['run', '.', '-zips', join(folder, 'zips'), '-out', join(folder, 'out')], { cwd: join(root, 'infra'), env })
    return read(join(folder, 'out'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// read is an assembly's manifest, and its templates by the names of stacks.
function read(folder) {
  const json = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const manifest = json('manifest.json')
  const templates = {}
  for (const [name, artifact] of Object.entries(manifest.artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack') templates[name] = json(artifact.properties.templateFile)
  }
  return { manifest, templates }
}

// included is the assembly that the CDK's library writes of a template that it
// reads in, and what cdk-nag finds in it.
export function included(name, template) {
  const folder = mkdtempSync(join(tmpdir(), 'included-'))
  try {
    const file = join(folder, 'template.json')
    // The library adds these by itself, and refuses them of others.
    const { Rules, Parameters: { BootstrapVersion, ...Parameters }, ...rest } = template
    writeFileSync(file, JSON.stringify({ ...rest, Parameters }))
    const app = new App({ outdir: join(folder, 'out'), analyticsReporting: false, treeMetadata: false })
    new CfnInclude(new Stack(app, name, { synthesizer: new DefaultStackSynthesizer() }), 'Stack', { templateFile: file })
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
    synth(app)
    const report = JSON.parse(readFileSync(join(folder, 'out', 'validation-report.json'), 'utf8'))
    return { ...read(join(folder, 'out')), findings: findings(report) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// synth writes what findings there are to a report: neither to the terminal, nor
// as an error.
function synth(app) {
  const said = console.error
  console.error = () => {}
  try {
    app.synth()
  } catch (failure) {
    if (!failure.message.startsWith('Validation failed.')) throw failure
  } finally {
    console.error = said
  }
}

// findings are cdk-nag's: each is one rule's, on one resource.
function findings(report) {
  const all = []
  for (const { violations } of report.pluginReports) {
    for (const { ruleName, severity, violatingConstructs } of violations) {
      for (const { constructPath } of violatingConstructs) {
        all.push({ rule: ruleName, severity, resource: constructPath.split('/').at(-1) })
      }
    }
  }
  return all
}
