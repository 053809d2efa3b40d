# ruff: noqa: E501  (pages and texts are kept as they are found, long lines and all)
"""Web pages: the report is found whatever the page around it is made of, and nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import UnreadableReport
from index.readers.html import read_html, read_mhtml
from index.report import Report

WORDPRESS = """<!DOCTYPE html><html lang="en-US"><head><meta charset="UTF-8"><title>Third Baltic Energy Talks: a Summary - Amberfield Institute</title>
<meta property="og:site_name" content="Amberfield Institute"><meta property="article:published_time" content="2020-02-11T09:00:00+00:00">
<style>.screen-reader-text{clip:rect(1px,1px,1px,1px);position:absolute!important}</style></head>
<body class="post-template-default single single-post postid-77 has-sidebar">
<div id="page" class="site"><a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<header id="masthead" class="site-header"><p class="site-title"><a href="/">Amberfield Institute</a></p><p class="site-description">Ideas for the Baltic</p>
<nav id="site-navigation"><ul id="primary-menu"><li><a href="/">Home</a></li><li><a href="/work">Our work</a></li></ul></nav></header>
<div id="content" class="site-content"><div id="primary" class="content-area"><main id="main" class="site-main">
<article id="post-77" class="post-77 post type-post hentry category-energy tag-baltic">
<header class="entry-header"><h1 class="entry-title">Third Baltic Energy Talks: a Summary</h1>
<div class="entry-meta"><span class="posted-on">Posted on <a href="#"><time datetime="2020-02-11">February 11, 2020</time></a></span> <span>by <a href="#">kb</a></span></div></header>
<div class="entry-content">
<p>The third Baltic Energy Talks took place in Liepaja on 4 and 5 February 2020. Twenty people took part.</p>
<h3>Cables</h3>
<p>Latvian participants welcomed a second cable.</p>
<p>No.</p>
<ul class="wp-block-list"><li>Participants agreed to meet the grid operators.</li><li>Swedish participants asked who would pay</li></ul>
<blockquote><p>&#8220;A cable is a promise,&#8221; said the Lithuanian speaker.</p></blockquote>
<figure class="wp-caption"><img src="x.jpg"><figcaption class="wp-caption-text">The harbour of Liepaja at night. Photo: K. Balodis</figcaption></figure>
<h3>Recommendations</h3>
<p>Participants recommended a joint reserve of transformers. They left the question of cost open, and several of them warned that spare parts take two years.</p>
<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a href="#">Twitter</a></li><li><a href="#">Facebook</a></li></ul></div>
<div id="jp-relatedposts"><h3>Related</h3><p>Participants agreed that heating is the new cooling. A podcast.</p></div>
</div><footer class="entry-footer"><span class="cat-links">Posted in <a href="#">Energy</a></span></footer></article>
<nav class="navigation post-navigation"><a href="#">Previous post: Ice</a></nav>
<div id="comments" class="comments-area"><h2>2 thoughts on &ldquo;Third Baltic Energy Talks&rdquo;</h2><ol class="comment-list"><li><p>Peter says: I was there and everyone agreed to leave NATO. They really did so, believe me, and more.</p></li></ol>
<div id="respond" class="comment-respond"><h3>Leave a Reply</h3><form><p>Your email address will not be published.</p><textarea></textarea><label>Name</label></form></div></div>
</main></div><aside id="secondary" class="widget-area"><section class="widget"><h2>Recent Posts</h2><ul><li><a href="#">Peat</a></li></ul></section></aside></div>
<footer id="colophon" class="site-footer"><div class="site-info">Proudly powered by WordPress</div></footer></div></body></html>"""

DRUPAL = """<!DOCTYPE html><html><head><meta charset="utf-8" /><title>Chair's conclusions: Second Arctic Search and Rescue Seminar | Ministry of Foreign Affairs</title>
<script type="application/ld+json">{"@graph":[{"@type":"WebPage","datePublished":"2018-10-02T10:00:00"}]}</script></head>
<body class="html not-front not-logged-in two-sidebars page-node node-type-news i18n-en">
<div id="skip-link"><a href="#main-content" class="element-invisible element-focusable">Skip to main content</a></div>
<div class="region region-header"><div id="block-search-form"><form><input type="text"/><input type="submit" value="Search"/></form></div></div>
<div id="navigation"><div class="region region-navigation"><h2 class="element-invisible">Main menu</h2><ul class="menu"><li class="leaf"><a href="/a">Foreign policy</a></li><li><a href="/b">Services for citizens</a></li></ul></div></div>
<div id="main-wrapper"><div id="main" class="clearfix main-content with-sidebar">
<div id="breadcrumb"><a href="/">Home</a> / <a href="/news">News</a></div>
<div id="content" class="column"><a id="main-content"></a><h1 class="page__title title" id="page-title">Chair's conclusions: Second Arctic Search and Rescue Seminar</h1>
<div class="region region-content"><div class="node node-news view-mode-full clearfix"><div class="content">
<div class="field field-name-field-date"><div class="field-items"><div class="field-item even">Published 2 October 2018</div></div></div>
<div class="field field-name-body field-type-text-with-summary"><div class="field-items"><div class="field-item even" property="content:encoded">
<p>The seminar was held in Bod&oslash; on 25&ndash;26 September 2018 at the invitation of the Ministry.</p>
<p>The seminar agreed on the following:</p>
<p>(a) that rescue centres should test their links every month;</p>
<p>(b) that Icelandic and Norwegian participants will draft a list of ships;</p>
<p>(c) that costs lie where they fall.</p>
<table border="1"><tbody><tr><th>Issue</th><th>Position</th></tr><tr><td>Drones</td><td>Supported by Denmark and Norway</td></tr><tr><td>Fees</td><td></td></tr></tbody></table>
<details><summary>Points of difference</summary><p>Russian participants opposed a fee for icebreakers.</p></details>
<dl><dt>Next seminar</dt><dd>Participants accepted the invitation of Iceland to meet in Akureyri.</dd></dl>
</div></div></div></div>
<div class="links"><a href="#">Printer-friendly version</a></div></div></div></div>
<div class="region region-sidebar-second column sidebar"><section class="sidebar"><div class="block"><h2>Contact</h2><p>The press office answers on weekdays. The minister has agreed to answer letters within a month.</p></div></section></div>
</div></div><div class="region region-bottom">Ministry of Foreign Affairs, Box 1</div></body></html>"""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset=windows-1252"><meta name=Generator content="Microsoft Word 15">
<style><!-- p.MsoNormal {margin:0cm; font-size:12.0pt;} --></style><!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head>
<body lang=EN-GB style='tab-interval:36.0pt'><div class=WordSection1>
<p class=MsoTitle align=center><b><span lang=EN-GB>Report of the First Caspian\r\nDialogue<o:p></o:p></span></b></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>The first Caspian Dialogue met in <st1:City w:st="on"><st1:place w:st="on">Rasht</st1:place></st1:City> on 3\x969 May 2017. It was \x93frank\x94.<o:p></o:p></p>
<p class=MsoNormal><b>Sturgeon<o:p></o:p></b></p>
<p class=MsoListParagraph style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1'><span style='font-family:Symbol'>\xb7<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span>Iranian participants proposed a moratorium.<a href="#_ftn1" name="_ftnref1"><span class=MsoFootnoteReference>[1]</span></a></p>
<p class=MsoNormal style='display:none'>Everyone agreed to sell caviar.</p>
<p class=MsoNormal>Participants <span style='mso-spacerun:yes'>  </span>agreed to count the fish.</p>
<div><br clear=all><hr align=left size=1 width="33%"><div id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1">[1]</a> The proposal was first made in 2009.</p></div></div>
</div></body></html>""".encode("latin-1")

PRE = b"""<html><head><title>minutes</title></head><body><pre>
                 MINUTES OF THE RED SEA TRACK II MEETING

1.  The meeting took place in Aqaba on 9 June 2011. It was the
    second of its kind.

Ports

2.  Jordanian participants supported a common tariff. Others
    preferred to wait.
</pre></body></html>"""

BREAKS = """<html><head><title>Report</title></head><body bgcolor=white><font face=Verdana size=2>
<center><b>Report of the Mekong Hydrology Dialogue</b></center><br>
The dialogue was held in Pakse on 4 April 2014. Its host was the River School.<br>
<br>
<b>Dams</b><br>
Thai participants questioned the need for more dams. Lao participants disagreed.<br><br>
<b>Recommendations</b><br>
1. Publish the levels every day.<br>
2. Ask the engineers, said most participants.<br>
Participants agreed to meet again.<br><br>
</font></body></html>"""

SOUP = """<div><div><div class="x1"><div><a href="/">Start</a></div><div><a href="/l">Library</a></div><div><a href="/k">Contacts</a></div></div>
<div class="x2"><div><div><span style="font-size:22px;font-weight:bold">Fifth Alpine Water Forum: Conclusions</span></div>
<div><span>The Forum met in Chur on 8 March 2016, with thirty people around the table of the old customs house.</span></div>
<div><div>Glaciers</div></div><div>Swiss participants noted that two glaciers had gone. Austrian participants agreed with this and asked for a common list, which the Italian side refused.</div>
<div>It was agreed to measure snow in the same way everywhere.</div><div>All agreed</div></div>
<div class="x9"><div><a href="/p">Impressum</a></div></div></div></div></div>"""

SAVED = """<!-- saved from url=(0042)https://example.org/reports/3 --><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<title>Strait Dialogue: Sixth Meeting</title></head><body aria-hidden="false"><svg width="20"><title>Menu icon</title><text>Participants agreed to nothing</text></svg>
<noscript>Please enable JavaScript. Participants agreed to enable it.</noscript>
<form method="post" action="./page.aspx" id="aspnetForm"><input type="hidden" value="dDwtMTA"><div class="wrap"><h1>Strait Dialogue: Sixth Meeting</h1>
<p>The sixth meeting was held in Batam on 1 July 2009, with the support of two foundations and a ferry company.</p>
<p>Malaysian participants expressed concern about the cost of pilots. Indonesian participants proposed a fund, and Singaporean participants supported it.</p>
<img src="data:image/png;base64,iVBOR" alt="chart"><p>Participants agreed.</p></div></form>
<div class="modal fade" id="loginModal"><p>Please sign in to read more. Participants agreed to sign in.</p></div></body></html>"""


JOOMLA = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="content-type" content="text/html; charset=utf-8" />
<title>CSPR - Fifth Danube Policy Forum: Report</title></head><body id="bd" class="fs3 Others">
<div id="ja-wrapper"><div id="ja-header"><h1 class="logo"><a href="/" title="CSPR"><span>CSPR</span></a></h1></div>
<div id="ja-mainnav"><ul><li><a href="/">Home</a></li><li><a href="/b">Who we are</a></li><li><a href="/c">Contact us</a></li></ul></div>
<div id="ja-container"><div class="main"><div class="inner clearfix"><div id="ja-contentwrap"><div id="ja-content">
<h2 class="contentheading">Fifth Danube Policy Forum: Report</h2>
<div class="article-tools"><div class="article-meta"><span class="createdate">Tuesday, 12 June 2012 09:21</span></div><div class="buttonheading"><a href="#"><img alt="Print"/></a> | <a href="#">E-mail</a></div></div>
<div class="article-content"><p style="text-align: justify;"><span style="font-size: small;">The Fifth Danube Policy Forum was held in Ruse, Bulgaria, on 4&ndash;5 June 2012, organised by the Centre for the Study of Policy and Rivers and the Danubius Foundation.</span></p>
<p><strong>1. Navigation</strong></p>
<p style="text-align: justify;">Romanian participants <em>stressed</em> that low water costs shippers dearly. Bulgarian participants shared this view, <strong>but did not agree</strong> on dredging.</p>
<p>&nbsp;</p>
<p><strong>2. Floods.</strong> Participants agreed that warning times should double. Serbian participants offered their gauges.</p>
<ol><li><p>Participants recommended a joint map.</p></li><li>Austrian participants asked who would draw it.<ul><li>Germany abstained.</li></ul></li></ol>
<p><em>This report was prepared by the rapporteurs and has not been approved by the participants.</em></p></div></div></div>
<div id="ja-col2"><div class="moduletable"><h3>Latest News</h3><ul class="latestnews"><li><a href="/1">Experts agreed that the Danube is blue</a></li><li><a href="/2">New director</a></li></ul></div>
<div class="moduletable_text"><h3>Quote of the week</h3><p>"We agreed on everything," said the minister after the lunch, which had been very long and very good indeed.</p></div></div></div></div></div>
<div id="ja-footer"><small>Copyright &#169; 2012 CSPR. Designed by <a href="#">JoomlArt.com</a>.</small></div></div></body></html>"""

FEED = """<!doctype html><html><head><title data-rh="true">What we heard at the Hanoi Track 1.5. Notes from a… | by Asha Rao | Policy Notebook | Medium</title><meta property="og:title" content="What we heard at the Hanoi Track 1.5"></head>
<body><div id="root"><div class="a b c"><div class="d e"><div><a href="/m">Open in app</a></div><div><button>Sign up</button><button>Sign In</button></div></div>
<div class="n o"><article><div class="l"><div><section><div class="ab ca"><div class="ch bg"><div><h1 id="1">What we heard at the Hanoi Track 1.5</h1></div>
<div class="speechify"><div><p class="be b">Asha Rao</p><span>·</span><button>Follow</button></div><div><span>4 min read</span><span>·</span><span>Mar 3, 2021</span></div></div>
<div class="clap"><div>120</div><div>3</div></div>
<p id="2" class="pw-post-body-paragraph">The second Hanoi Track 1.5 met online on 24 and 25 February 2021. Thirty people joined from five countries.</p>
<p id="3">Vietnamese participants <strong>warned</strong> against a vaccine race. Korean participants agreed.</p><h2>On the Mekong</h2>
<p id="4">Lao participants said little; they had, as one of them put it, “no mandate”.</p><figure><img><figcaption>Photo by <a href="x">John Doe</a> on <a href="y">Unsplash</a></figcaption></figure>
<ul><li>Participants agreed to publish data</li><li>Nobody objected</li></ul></div></div></section></div></div></article></div>
<div class="tags"><a href="#">Vietnam</a><a href="#">Mekong</a></div>
<div class="x1"><h2>Written by Asha Rao</h2><p>312 Followers</p><p>Writer. Agreed with everybody once.</p></div>
<div class="x2"><h2>More from Asha Rao and Policy Notebook</h2><div><a href="z"><h3>Why delegates agreed to disagree</h3><p>A short history of the coffee break, in which all participants agreed on the biscuits and on nothing else.</p></a></div></div>
<div class="foot"><a>Help</a><a>Status</a><a>About</a></div></div></div></body></html>"""

MINISTRY = """<html lang="en"><head><title>MOFA | Outcome of the 2nd Joint Experts' Group</title><meta name="DC.date" content="2015-11-20"></head><body>
<a name="top"></a><div id="globalHeader">Ministry of Foreign Affairs<form><input name=q><select><option>Japanese</option><option>English</option></select></form></div>
<ul id="topicpath"><li><a href="/">Top</a> &gt;</li><li><a href="/a">Foreign Policy</a> &gt;</li><li>Experts' Group</li></ul>
<div id="maincontents"><h1>Outcome of the 2nd Joint Experts' Group</h1><p class="right">November 20, 2015</p><p class="right"><a href="ja.html">Japanese</a></p>
<ul style="list-style:none"><li>1. On November 19, the 2nd Joint Experts' Group was held in Sapporo, Japan.</li><li>2. The experts of both sides shared the view that joint surveys are useful.</li>
<li>3. The two sides decided to hold the next meeting in Sakhalin.</li></ul>
<p>(Reference)</p><p>Members: Mr. Tanaka, Director; Mr. Orlov, Deputy Director</p>
<p class="pagetop"><a href="#top">Back to Top</a></p></div><div id="side"><h2>Related Information</h2><ul><li><a href="/r">Japan-Russia Relations</a></li></ul></div>
<div id="footer"><ul><li><a>Legal Matters</a></li><li><a>About this Site</a></li></ul>Copyright(C): 2015 Ministry of Foreign Affairs</div></body></html>"""

DOCS = """<html><head><meta content="text/html; charset=UTF-8" http-equiv="content-type"><style type="text/css">@import url(x.css);.lst-kix_1-0>li:before{content:"o"}ol{margin:0}.c0{font-weight:700}.c5{font-weight:700;font-size:14pt}.c9{display:none}</style></head>
<body class="c6 doc-content"><p class="c1 title"><span class="c5">Chair&rsquo;s Summary of the Gulf of Aden Dialogue</span></p><p class="c1"><span class="c2"></span></p><p class="c1"><span>Djibouti, 3 May 2019</span></p>
<p class="c1"><span class="c0">Ports</span></p><p class="c1"><span>Participants agreed</span><span class="c0">&nbsp;unanimously</span><span>&nbsp;to meet. </span><sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup></p>
<ul class="c4 lst-kix_1-0 start"><li class="c1 li-bullet-0"><span>Somali participants supported a port.</span></li></ul><a id="t.1"></a>
<table class="c7"><tr class="c3"><td class="c8"><p class="c1"><span>Topic</span></p></td><td class="c8"><p class="c1"><span>Lead</span></p></td></tr><tr><td><p><span>Ports</span></p></td><td><p><span>Djibouti</span></p></td></tr></table>
<hr class="c11"><div><p class="c1"><a href="#ftnt_ref1" id="ftnt1">[1]</a><span>&nbsp;Two were absent.</span></p></div></body></html>"""

SECTIONS = """<!DOCTYPE html><html><head><title>Report</title></head><body><div class="cookie-consent-banner modal-open page-wrapper"><div id="CybotCookiebotDialog" role="region"><h2>This website uses cookies</h2><p>We use cookies to personalise content and ads, to provide social media features and to analyse our traffic. We also share information about your use of our site with our social media, advertising and analytics partners.</p><table><tr><th>Name</th><th>Provider</th></tr><tr><td>_ga</td><td>Google</td></tr></table></div>
<header><div class="container"><h1>Tenth Andes Dialogue</h1><p class="lead">Quito, 1&ndash;2 March 2013</p></div></header>
<section class="content"><div class="container"><p>The tenth Andes Dialogue met in Quito. Peruvian participants opposed the canal, and Ecuadorian participants defended it at length.</p></div></section>
<section class="content"><div class="container"><h2>Water</h2><p>Participants agreed to measure the glaciers together. Bolivian participants proposed a shared laboratory in La Paz.</p></div></section>
<section class="content"><div class="container"><h2>Recommendations</h2><ul><li>Measure twice.</li><li>Publish once.</li></ul></div></section>
<section class="cta"><div class="container"><h2>Support our work</h2><p>Donate today and help us to bring more people to the table.</p><a href="/d">Donate</a></div></section>
<footer><p>Contact: info@example.org</p></footer></div></body></html>"""


def page(source: str | bytes) -> Report:
    return read_html(source if isinstance(source, bytes) else source.encode(), "page.html")


def of_kind(report: Report, *kinds: str) -> list[str]:
    return [" ".join(report.text[b.start : b.end].split()) for b in report.blocks if b.kind in kinds]


def quotable(report: Report) -> str:
    return " ¶ ".join(of_kind(report, "body", "item", "table", "footnote"))


def title(report: Report) -> list[str]:
    return [report.text[b.start : b.end] for b in report.blocks if b.kind == "heading" and b.level == 1]


def test_a_wordpress_page_keeps_its_short_statements_and_loses_everything_around_the_article() -> None:
    report = page(WORDPRESS)
    assert title(report) == ["Third Baltic Energy Talks: a Summary"]
    assert report.title_hint == "Third Baltic Energy Talks: a Summary"
    assert report.published == "2020-02-11"
    kept = quotable(report)
    for words in (
        "Latvian participants welcomed a second cable.",
        "No.",
        "agreed to meet the grid operators",
        "asked who would pay",
        "A cable is a promise",
    ):
        assert words in kept
    for words in ("Posted", "Twitter", "heating", "NATO", "email", "Peat", "WordPress", "Ideas", "Balodis", "Ice"):
        assert words not in kept
    assert "Cables" in of_kind(report, "heading")
    assert "Recommendations" in of_kind(report, "heading")
    assert of_kind(report, "caption") == ["The harbour of Liepaja at night. Photo: K. Balodis"]


def test_a_ministrys_page_keeps_lettered_points_tables_and_folded_parts() -> None:
    report = page(DRUPAL)
    assert title(report) == ["Chair's conclusions: Second Arctic Search and Rescue Seminar"]
    assert report.title_hint == "Chair's conclusions: Second Arctic Search and Rescue Seminar"
    assert report.published == "2018-10-02"
    items = of_kind(report, "item")
    assert items[:3] == [
        "(a) that rescue centres should test their links every month;",
        "(b) that Icelandic and Norwegian participants will draft a list of ships;",
        "(c) that costs lie where they fall.",
    ]
    kept = quotable(report)
    assert "Russian participants opposed a fee for icebreakers." in kept
    assert "Participants accepted the invitation of Iceland" in kept
    for words in ("Foreign policy", "Services", "Home", "Printer", "press office", "minister has agreed", "Box 1"):
        assert words not in kept


def test_a_page_of_an_old_content_system_keeps_half_bold_statements_and_nested_items() -> None:
    report = page(JOOMLA)
    assert title(report) == ["Fifth Danube Policy Forum: Report"]
    assert "1. Navigation" in of_kind(report, "heading")
    kept = quotable(report)
    for words in (
        "but did not agree on dredging.",
        "2. Floods. Participants agreed that warning times",
        "a joint map.",
        "Germany abstained.",
    ):
        assert words in kept
    for words in ("blue", "Quote of the week", "We agreed on everything", "Copyright", "E-mail", "Who we are"):
        assert words not in kept


def test_a_page_of_machine_made_class_names_keeps_the_article_alone() -> None:
    report = page(FEED)
    assert title(report) == ["What we heard at the Hanoi Track 1.5"]
    kept = quotable(report)
    assert "Korean participants agreed." in kept
    assert "Nobody objected" in kept
    for words in ("biscuits", "Followers", "min read", "120", "Unsplash", "Sign"):
        assert words not in kept


def test_numbered_list_items_of_a_ministry_are_items_and_its_topic_path_is_not() -> None:
    report = page(MINISTRY)
    assert report.published == "2015-11-20"
    assert of_kind(report, "item") == [
        "1. On November 19, the 2nd Joint Experts' Group was held in Sapporo, Japan.",
        "2. The experts of both sides shared the view that joint surveys are useful.",
        "3. The two sides decided to hold the next meeting in Sakhalin.",
    ]
    assert "Foreign Policy" not in quotable(report)


def test_headings_that_a_style_sheet_makes_bold_are_headings_and_notes_that_link_back_are_footnotes() -> None:
    report = page(DOCS)
    assert title(report) == ["Chair’s Summary of the Gulf of Aden Dialogue"]
    assert "Ports" in of_kind(report, "heading")
    assert of_kind(report, "footnote") == ["[1] Two were absent."]
    assert "Participants agreed unanimously to meet. [1]" in of_kind(report, "body")


def test_a_report_in_several_sections_with_its_title_in_the_page_header_is_whole() -> None:
    report = page(SECTIONS)
    assert title(report) == ["Tenth Andes Dialogue"]
    kept = quotable(report)
    for words in ("Quito, 1–2 March 2013", "opposed the canal", "measure the glaciers", "Measure twice.", "Publish once."):
        assert words in kept
    for words in ("cookies", "_ga", "Donate", "info@"):
        assert words not in kept


BODY = "<p>The talks were held in Oslo on 3 May 2011, and thirty people took part in them over two long days of work.</p>" * 3


@pytest.mark.parametrize(
    "kept",
    [
        '<aside class="box"><h3>Key points</h3><p>Participants agreed to share charts.</p></aside>',
        '<div class="elementor-widget elementor-widget-text-editor"><p>Participants agreed to share charts.</p></div>',
        '<section class="policy-tools"><p>Participants agreed to share charts.</p></section>',
        '<div class="hidden md:block"><p>Participants agreed to share charts.</p></div>',
        '<div class="recommended-actions"><p>Participants agreed to share charts.</p></div>',
        "<dl><dt>Charts</dt><dd>Participants agreed to share charts.</dd></dl>",
        "<table><tr><td>Charts</td><td>Participants agreed to share charts.</td></tr><tr><td>Fees</td><td>None</td></tr></table>",
        '<p>Participants agreed to share charts.<sup><a href="#n1">1</a></sup></p>',
        '<p><a href="/charts">Participants agreed to share charts with all the other coastal states.</a></p>',
    ],
)
def test_a_statement_in_an_unusual_box_of_the_article_is_kept(kept: str) -> None:
    report = page(f"<html><body><nav><a href=/>Home</a></nav><article><h1>Talks</h1>{BODY}{kept}{BODY}</article></body></html>")
    assert "Participants agreed to share charts" in quotable(report)


@pytest.mark.parametrize(
    "dropped",
    [
        '<aside class="related"><h3>Read also</h3><p>Participants agreed to share charts.</p></aside>',
        '<aside><a href="/x">Participants agreed to share charts.</a></aside>',
        '<div class="widget"><p>Participants agreed to share charts.</p></div>',
        '<div class="share-buttons">Participants agreed to share charts.</div>',
        '<div class="comment-list"><p>Participants agreed to share charts.</p></div>',
        '<div role="complementary"><p>Participants agreed to share charts.</p></div>',
        '<p><a href="/charts">Participants agreed to share charts</a></p>',
        "<figure><figcaption>Participants agreed to share charts.</figcaption></figure>",
        "<template><p>Participants agreed to share charts.</p></template>",
    ],
)
def test_the_same_words_in_the_pages_furniture_are_not(dropped: str) -> None:
    report = page(f"<html><body><nav><a href=/>Home</a></nav><article><h1>Talks</h1>{BODY}{dropped}{BODY}</article></body></html>")
    assert "Participants agreed to share charts" not in quotable(report)


def test_a_data_table_gives_a_block_per_row_with_its_cells_and_a_header() -> None:
    report = page(DRUPAL)
    rows = [b for b in report.blocks if b.kind == "table"]
    assert [[report.text[s:e] for s, e in b.cells] for b in rows] == [
        ["Issue", "Position"],
        ["Drones", "Supported by Denmark and Norway"],
        ["Fees", ""],
    ]
    assert [b.level for b in rows] == [1, 0, 0]


def test_what_word_exports_is_read_in_its_own_code_page_without_its_namespaces() -> None:
    report = page(WORD)
    assert title(report) == ["Report of the First Caspian Dialogue"]
    kept = quotable(report)
    assert "met in Rasht on 3–9 May 2017. It was “frank”." in kept
    assert "Participants agreed to count the fish." in kept
    assert "caviar" not in kept
    assert of_kind(report, "footnote") == ["[1] The proposal was first made in 2009."]
    assert any("Iranian participants proposed a moratorium." in item for item in of_kind(report, "item"))
    assert "Sturgeon" in of_kind(report, "heading")


def test_a_page_that_is_one_pre_is_read_as_the_plain_text_it_is() -> None:
    report = page(PRE)
    assert title(report) == ["MINUTES OF THE RED SEA TRACK II MEETING"]
    assert of_kind(report, "item") == [
        "1. The meeting took place in Aqaba on 9 June 2011. It was the second of its kind.",
        "2. Jordanian participants supported a common tariff. Others preferred to wait.",
    ]
    assert of_kind(report, "heading")[1:] == ["Ports"]


def test_paragraphs_parted_by_line_breaks_are_paragraphs_and_bold_lines_among_them_headings() -> None:
    report = page(BREAKS)
    assert of_kind(report, "heading") == ["Report of the Mekong Hydrology Dialogue", "Dams", "Recommendations"]
    assert title(report) == ["Report of the Mekong Hydrology Dialogue"]
    assert "Thai participants questioned the need for more dams. Lao participants disagreed." in of_kind(report, "body")
    assert of_kind(report, "item") == ["1. Publish the levels every day.", "2. Ask the engineers, said most participants."]
    assert "Participants agreed to meet again." in of_kind(report, "body")


def test_in_a_page_of_nameless_divs_the_region_with_the_prose_is_the_report() -> None:
    report = page(SOUP)
    assert title(report) == ["Fifth Alpine Water Forum: Conclusions"]
    kept = quotable(report)
    assert "It was agreed to measure snow in the same way everywhere." in kept
    assert "All agreed" in " ".join(of_kind(report, "body", "heading"))
    for words in ("Start", "Library", "Contacts", "Impressum"):
        assert words not in kept


def test_a_form_around_the_whole_page_is_no_form_and_drawings_are_no_text() -> None:
    report = page(SAVED)
    kept = quotable(report)
    assert "Participants agreed." in kept
    assert "Indonesian participants proposed a fund" in kept
    assert "Menu icon" not in report.text
    assert "agreed to nothing" not in report.text
    assert "enable" not in report.text
    assert "sign in" not in kept


def test_a_page_saved_with_all_its_parts_is_read_from_its_first_page_part() -> None:
    saved = b"""From: <Saved by Blink>\r
Subject: Strait Dialogue\r
MIME-Version: 1.0\r
Content-Type: multipart/related;\r
\ttype="text/html"; boundary="----B"\r
\r
------B\r
Content-Type: text/html; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
<html><body><h1>Strait Dialogue</h1><p>Participants agreed on the c=\r
ost of pilots =E2=80=93 for once.</p></body></html>\r
------B\r
Content-Type: image/png\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
------B--\r
"""
    report = read_mhtml(saved, "a.mhtml")
    assert "Participants agreed on the cost of pilots – for once." in quotable(report)
    assert title(report) == ["Strait Dialogue"]


def test_a_mail_archive_without_a_page_is_refused_with_advice() -> None:
    with pytest.raises(UnreadableReport, match="save it anew"):
        read_mhtml(
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/css\r\n\r\np{}\r\n--x--\r\n",
            "a.mht",
        )


@pytest.mark.parametrize(
    "hiding",
    [
        'style="display:none"',
        'style="DISPLAY : NONE"',
        "hidden",
        'aria-hidden="true"',
        'class="sr-only"',
        'style="visibility:hidden"',
        'style="position:absolute;left:-9999px"',
        'style="font-size:0"',
        'style="opacity:0"',
        'class="zz"',
        'id="yy"',
    ],
)
def test_what_a_reader_of_the_page_cannot_see_cannot_be_quoted(hiding: str) -> None:
    report = page(
        "<style>.zz , .q{display:none} #yy{text-indent:-5000px}</style><h1>Talks</h1><p>Participants agreed on the first point of the agenda.</p>"
        f"<div {hiding}><p>Everybody agreed to wire money.</p></div><p>Participants agreed on the second point as well, and on the third.</p>"
    )
    assert "wire money" not in quotable(report)
    assert [b.reason for b in report.blocks if "wire" in report.text[b.start : b.end]] == ["hidden on the page"]
    assert "second point" in quotable(report)


def test_white_space_is_as_a_browser_shows_it_and_a_non_breaking_space_stays() -> None:
    report = page("<h1>Talks</h1><p>Participants\n   agreed\ton <b>5</b>&nbsp;percent<br>  and on <i>fish</i>.</p>")
    assert "Participants agreed on 5\u00a0percent\nand on fish." in report.text


def test_markup_that_is_broken_loses_no_words() -> None:
    report = page("<h1>Talks<p>Participants <b>agreed <i>on</b> tariffs</i>.<div>Others <p>disagreed</div></p><table><tr><td>Nobody left.")
    for words in ("Talks", "Participants agreed on tariffs.", "Others", "disagreed", "Nobody left."):
        assert words in report.text


def test_unclosed_tags_and_entities_are_survived_and_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("classified words", "utf-8")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>'
    report = page(f"{doctype}<html><body><p>Participants agreed &x; today.</p>{'<font>' * 900}deep words")
    assert report.text.startswith("Participants agreed &x; today.")
    assert report.text.endswith("deep words")


def test_a_page_whose_end_would_be_lost_in_its_depth_is_refused() -> None:
    with pytest.raises(UnreadableReport, match="print it to PDF"):
        page("<p>Participants agreed.</p>" + "<div>" * 50_000 + "They did not.")


def test_the_declared_charset_is_obeyed_and_utf8_found_when_the_declaration_lies() -> None:
    words = "Участники договорились о рыбе."
    cyrillic = f'<html><head><meta charset="windows-1251"></head><body><p>{words}</p></body></html>'
    assert words in page(cyrillic.encode("cp1251")).text
    assert words in page(cyrillic.replace("windows-1251", "iso-8859-1").encode()).text


def test_a_headings_level_follows_the_page_and_the_title_is_alone_on_level_one() -> None:
    report = page(
        "<title>Site: Fish Talks</title><h1>Fish Talks</h1><p>They met in Oslo on 3 May 2001 and talked about fish.</p><h1>Cod</h1><p>Participants agreed.</p>"
        "<h3>Quotas</h3><p>Others disagreed.</p>"
    )
    assert [(report.text[b.start : b.end], b.level) for b in report.blocks if b.kind == "heading"] == [
        ("Fish Talks", 1),
        ("Cod", 2),
        ("Quotas", 3),
    ]


@pytest.mark.shared
def test_the_judged_pages_give_their_statements_and_hide_their_furniture(shared: Path) -> None:
    from tests.judged import misses

    assert misses(shared / "dialogues" / "dev", {".html"}) == []
