// SPDX-License-Identifier: GPL-3.0-or-later
// What testers ask a member in the maintenance pool before customers meet it. NUnit 2.6.
// SMOKE_URL is the maintenance entrance, SMOKE_MEMBER the member that has to answer, SMOKE_VERSION what was deployed.
using System;
using System.IO;
using System.Net;
using System.Text.RegularExpressions;
using NUnit.Framework;

[TestFixture, Category("Smoke")]
public class SmokeTests {
    const int Patience = 10000;
    readonly string member = Told("SMOKE_MEMBER"), url = Told("SMOKE_URL"), version = Told("SMOKE_VERSION");

    [Test]
    public void Health_says_it_is_ready_with_the_version_that_was_deployed() {
        using (var answer = Ask("health")) {
            var state = TextOf(answer);
            Assert.That(Regex.IsMatch(state, "\"ready\": true"), state);
            Assert.That(Regex.Match(state, "\"version\": \"(.*?)\"").Groups[1].Value, Is.EqualTo(version));
        }
    }

    [Test]
    public void A_customer_gets_one_of_the_known_quotes() {
        using (var answer = Ask("")) Assert.That(Quotes.Known, Contains.Item(TextOf(answer).TrimEnd()));
    }

    [Test]
    public void The_member_that_was_named_is_the_one_that_answers() {
        using (var answer = Ask("")) Assert.That(answer.Headers["x-quotes-member"], Is.EqualTo(member));
    }

    // Raises where nobody answers, and where the answer is no success.
    WebResponse Ask(string path) {
        var request = (HttpWebRequest)WebRequest.Create(new Uri(new Uri(url), path));
        request.Headers["x-rollout-member"] = member;
        request.Timeout = Patience;
        request.Proxy = null;
        return request.GetResponse();
    }

    static string TextOf(WebResponse answer) {
        using (var reader = new StreamReader(answer.GetResponseStream())) return reader.ReadToEnd();
    }

    static string Told(string name) {
        var value = Environment.GetEnvironmentVariable(name);
        if (string.IsNullOrEmpty(value)) throw new InvalidOperationException(name + " is not set");
        return value;
    }
}
